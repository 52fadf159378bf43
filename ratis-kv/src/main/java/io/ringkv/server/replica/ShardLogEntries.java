package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.CreateShardOp;
import io.ringkv.rpc.ExpireOp;
import io.ringkv.rpc.FenceOp;
import io.ringkv.rpc.RestoreMarkOp;
import io.ringkv.rpc.TokenRange;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.shard.ShardMeta;
import java.time.InstantSource;
import java.util.List;

/** Entries that a server proposes on its own account. Thread-safe. */
final class ShardLogEntries {
    private static final long REVISIONS_PASSED_OVER = 1_000_000_000;

    private final ServerId self;
    private final InstantSource wallClock;

    ShardLogEntries(ServerId self, InstantSource wallClock) {
        this.self = self;
        this.wallClock = wallClock;
    }

    /** The first entry of a shard, as the ledger says it was created. A second one is ignored when it is applied. */
    byte[] create(LedgerEntry entry) {
        CreateShardOp operation = CreateShardOp.newBuilder()
                .setShard(entry.shard().value())
                .setIncarnation(entry.incarnation())
                .setRange(TokenRange.newBuilder()
                        .setStartExclusive(entry.range().startExclusive().bits())
                        .setEndInclusive(entry.range().endInclusive().bits()))
                .setRangeEpoch(entry.rangeEpoch())
                .setReplicaEpoch(entry.replicaEpoch())
                .setLevel(entry.level())
                .setLineage(IdMessages.toBytes(entry.group()))
                .build();
        return finish(
                LogOperationType.CREATE_SHARD,
                operation.toByteArray(),
                new EntryHeader(
                        entry.level(),
                        entry.shard().value(),
                        entry.incarnation(),
                        entry.rangeEpoch(),
                        0,
                        wallClock.millis(),
                        self.value()));
    }

    /** Raises the replica epoch, so that only instructions of this epoch and operation are obeyed from then on. */
    byte[] fence(ShardMeta meta, long shardTimeMillis, long replicaEpoch, long operation) {
        return finish(
                LogOperationType.FENCE,
                FenceOp.newBuilder()
                        .setReplicaEpoch(replicaEpoch)
                        .setOperation(operation)
                        .build()
                        .toByteArray(),
                header(meta, shardTimeMillis));
    }

    /**
     * Begins a new life of the shard. Its revisions begin a thousand million above the last one known: revisions beyond that
     * one may have been seen by those who read what is lost now, and must never name anything else.
     */
    byte[] restoreMark(ShardMeta meta, int incarnation, long replicaEpoch) {
        return finish(
                LogOperationType.RESTORE_MARK,
                RestoreMarkOp.newBuilder()
                        .setIncarnation(incarnation)
                        .setReplicaEpoch(replicaEpoch)
                        .setRevision(meta.revision() + REVISIONS_PASSED_OVER)
                        .build()
                        .toByteArray(),
                header(meta, meta.shardTimeMillis()));
    }

    /** Forgets sessions that are idle beyond their limit at this shard time. */
    byte[] expire(ShardMeta meta, long shardTimeMillis, List<Long> sessions) {
        return finish(
                LogOperationType.EXPIRE,
                ExpireOp.newBuilder().addAllSessions(sessions).build().toByteArray(),
                header(meta, shardTimeMillis));
    }

    private EntryHeader header(ShardMeta meta, long shardTimeMillis) {
        return new EntryHeader(
                meta.level(),
                meta.shard().value(),
                meta.incarnation(),
                meta.rangeEpoch(),
                shardTimeMillis,
                wallClock.millis(),
                self.value());
    }

    private static byte[] finish(LogOperationType type, byte[] body, EntryHeader header) {
        EntryEncoder encoder = new EntryEncoder();
        encoder.add(type, body);
        return encoder.finish(header);
    }
}
