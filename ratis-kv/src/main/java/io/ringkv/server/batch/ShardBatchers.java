package io.ringkv.server.batch;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.server.replica.ReplicaHost;
import io.ringkv.server.replica.ShardReplica;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The batchers of a server, one per replica that was written to. Thread-safe.
 *
 * <p>{@link #sweep} is to be called every few hundred milliseconds.
 */
public final class ShardBatchers {
    private final BatchLimits limits;
    private final EntryWriter writer;
    private final NanoClock clock;
    private final DelayTimer timer;
    private final BatchMetrics metrics;
    private final ConcurrentMap<GroupId, ShardBatcher> batchers = new ConcurrentHashMap<>();

    public ShardBatchers(
            BatchLimits limits, EntryWriter writer, NanoClock clock, DelayTimer timer, BatchMetrics metrics) {
        this.limits = limits;
        this.writer = writer;
        this.clock = clock;
        this.timer = timer;
        this.metrics = metrics;
    }

    /** The batcher of this very replica; a former replica of the group loses its own. */
    public ShardBatcher of(ShardReplica replica) {
        ShardBatcher batcher = batchers.get(replica.group());
        return batcher != null && batcher.replica() == replica ? batcher : replace(replica);
    }

    private synchronized ShardBatcher replace(ShardReplica replica) {
        ShardBatcher former = batchers.get(replica.group());
        if (former != null && former.replica() == replica) {
            return former;
        }
        ShardBatcher fresh = new ShardBatcher(replica, limits, writer, clock, timer, metrics);
        batchers.put(replica.group(), fresh);
        if (former != null) {
            retire(former);
        }
        return fresh;
    }

    /** Writes that wait at all batchers. */
    public int waiting() {
        return batchers.values().stream().mapToInt(ShardBatcher::waiting).sum();
    }

    /** Answers writes whose budget ended in a queue, and drops batchers whose replica is gone. */
    public void sweep(ReplicaHost host) {
        batchers.forEach((group, batcher) -> {
            if (host.replica(group) == batcher.replica()) {
                batcher.dropExpired();
            } else if (batchers.remove(group, batcher)) {
                retire(batcher);
            }
        });
    }

    /** Refuses all that waits. */
    public void close() {
        batchers.values()
                .forEach(batcher -> batcher.close(ErrorCode.SHUTTING_DOWN, "The server stops and took no more writes"));
    }

    private static void retire(ShardBatcher batcher) {
        batcher.close(
                ErrorCode.UNAVAILABLE,
                "The replica of shard " + batcher.replica().shard() + " was closed here");
    }
}
