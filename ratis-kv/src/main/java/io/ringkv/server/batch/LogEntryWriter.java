package io.ringkv.server.batch;

import io.ringkv.common.id.ServerId;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.ShardMeta;
import java.time.InstantSource;
import java.util.List;

/** Writes entries of the present log format. Thread-safe. */
public final class LogEntryWriter implements EntryWriter {
    private final ServerId proposer;
    private final InstantSource wallClock;

    /**
     * @param proposer this server
     * @param wallClock time of day for the entries' headers, which people read and nothing depends on
     */
    public LogEntryWriter(ServerId proposer, InstantSource wallClock) {
        this.proposer = proposer;
        this.wallClock = wallClock;
    }

    @Override
    public byte[] encode(ShardReplica replica, ShardMeta meta, List<PendingWrite> operations) {
        EntryEncoder entry = new EntryEncoder();
        for (PendingWrite write : operations) {
            write.operation().addTo(entry);
        }
        return entry.finish(new EntryHeader(
                meta.level(),
                meta.shard().value(),
                meta.incarnation(),
                meta.rangeEpoch(),
                replica.shardTimeMillis(),
                wallClock.millis(),
                proposer.value()));
    }
}
