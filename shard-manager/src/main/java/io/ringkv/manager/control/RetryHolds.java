package io.ringkv.manager.control;

import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which shards are left alone for a while, because an operation on them has failed or was cancelled. A leader transfer that
 * has failed says nothing against a repair, so it only holds back further transfers: transfers to a server that has just died
 * would else keep its shards from being repaired. Pure but for its own state; used by one thread.
 */
final class RetryHolds {

    /** A shard on which somebody cancelled an operation is left alone so many times as long as after a failure. */
    private static final int CANCELLED_FACTOR = 10;

    private final long retryAfterMillis;
    private final Map<ShardId, Long> allUntilMillis = new TreeMap<>();
    private final Map<ShardId, Long> transfersUntilMillis = new TreeMap<>();

    RetryHolds(long retryAfterMillis) {
        this.retryAfterMillis = retryAfterMillis;
    }

    /** An operation is over. */
    void ended(Operation operation, long nowMillis) {
        ShardId shard = operation.order().shard();
        boolean isTransfer = operation.order().kind() == OperationKind.TRANSFER_LEADER;
        switch (operation.status()) {
            case FAILED ->
                (isTransfer ? transfersUntilMillis : allUntilMillis).put(shard, nowMillis + retryAfterMillis);
            case CANCELLED -> allUntilMillis.put(shard, nowMillis + CANCELLED_FACTOR * retryAfterMillis);
            case DONE -> {
                allUntilMillis.remove(shard);
                transfersUntilMillis.remove(shard);
            }
            case RUNNING, UNDOING ->
                throw new IllegalArgumentException("operation " + operation.number() + " is " + operation.status()
                        + " (expected: one that is over)");
        }
    }

    /** Whether nothing is to be done with the shard. */
    boolean isHeld(ShardId shard, long nowMillis) {
        return allUntilMillis.getOrDefault(shard, 0L) > nowMillis;
    }

    /** Whether nothing of this kind is to be done with the shard. */
    boolean isHeld(ShardId shard, OperationKind kind, long nowMillis) {
        return isHeld(shard, nowMillis)
                || (kind == OperationKind.TRANSFER_LEADER && transfersUntilMillis.getOrDefault(shard, 0L) > nowMillis);
    }

    /** Forgets what is over. */
    void tick(long nowMillis) {
        allUntilMillis.values().removeIf(until -> until <= nowMillis);
        transfersUntilMillis.values().removeIf(until -> until <= nowMillis);
    }
}
