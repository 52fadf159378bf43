package io.ringkv.server.raft;

import io.ringkv.raft.LogPosition;
import io.ringkv.server.engine.EngineFailedException;
import io.ringkv.server.engine.ShardEngine;
import io.ringkv.server.engine.ShardEngines;
import io.ringkv.server.engine.SnapshotFile;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardMeta;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the first snapshot of a shard's new life out of all that one replica of the former life holds, while its group is
 * closed.
 *
 * <p>Invariant: what was acknowledged and reached this replica's log is in the snapshot. Therefore the whole log is applied,
 * also entries of which this replica never learned whether they were committed: a follower learns of it late. Those that were
 * not had an unknown outcome, so applying them is right too.
 *
 * <p>The files of the former life are only read, but for its store, which is a cache.
 */
public final class ReplicaRecovery {
    private static final Duration LONGEST_SNAPSHOT = Duration.ofMinutes(30);
    private static final long POLL_NANOS = 5_000_000;

    private ReplicaRecovery() {}

    /**
     * What came of it.
     *
     * @param snapshot durable file
     * @param position its position: one above the last entry of the log
     */
    public record Recovered(Path snapshot, LogPosition position) {}

    /**
     * Makes the snapshot. Takes as long as opening the replica, applying its log and writing a snapshot do.
     *
     * @param former where the replica lies
     * @param mark the entry that begins the new life, for the state as it is
     * @throws LostReplicaException if what is on disk cannot be continued from
     * @throws IOException if the log is damaged, the shard has not begun, or the disk fails
     */
    public static Recovered run(OpenedReplica.Place former, ShardEngines engines, Function<ShardMeta, byte[]> mark)
            throws IOException, LostReplicaException {
        OpenedReplica opened = OpenedReplica.open(former, engines);
        ShardEngine engine = opened.engine();
        try {
            former.log()
                    .log()
                    .replay(engine.applied().index(), (position, proposed) -> apply(engine, position, proposed));
            ShardMeta meta = engine.reader().meta();
            if (meta == null) {
                throw new IOException("the first entry of the shard is not in the log of this replica");
            }
            Position last = engine.applied();
            Position marked = new Position(last.term(), last.index() + 1);
            engine.apply(marked, mark.apply(meta));
            SnapshotFile written = awaitSnapshot(engine, opened.outbox());
            if (!written.position().equals(marked)) {
                throw new IOException("the snapshot holds " + written.position() + ", not " + marked);
            }
            return new Recovered(written.path(), ShardStateMachine.toLog(marked));
        } catch (EngineFailedException e) {
            throw new IOException("the replica cannot apply its log: " + e.getMessage(), e);
        } finally {
            engine.close();
        }
    }

    private static void apply(ShardEngine engine, LogPosition position, byte @Nullable [] proposed) throws IOException {
        try {
            if (proposed == null) {
                engine.advance(ShardStateMachine.toShard(position));
            } else {
                engine.apply(ShardStateMachine.toShard(position), proposed);
            }
        } catch (EngineFailedException e) {
            throw new IOException("the replica cannot apply its log: " + e.getMessage(), e);
        }
    }

    private static SnapshotFile awaitSnapshot(ShardEngine engine, Path directory)
            throws IOException, EngineFailedException {
        long deadline = System.nanoTime() + LONGEST_SNAPSHOT.toNanos();
        while (true) {
            SnapshotFile written = engine.pollSnapshot(directory);
            if (written != null) {
                return written;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("no snapshot was written within " + LONGEST_SNAPSHOT.toMinutes() + " min");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
