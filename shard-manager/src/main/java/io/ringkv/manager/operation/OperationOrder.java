package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an operation is to do.
 *
 * @param kind what
 * @param shard to which shard
 * @param source the server that loses its replica, null if none does
 * @param target the server that gains a replica or the leadership, null if none does
 * @param reason why, for people: the rule and what is gained
 * @param requester who wants it
 */
public record OperationOrder(
        OperationKind kind,
        ShardId shard,
        @Nullable ServerId source,
        @Nullable ServerId target,
        String reason,
        Requester requester) {

    /** Longest reason, in characters. */
    public static final int MAX_REASON_LENGTH = 1_000;

    /** @throws IllegalArgumentException if source and target do not fit the kind, or the reason is too long */
    public OperationOrder {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(requester, "requester");
        if ((source != null) != kind.hasSource() || (target != null) != kind.hasTarget()) {
            throw new IllegalArgumentException(kind + ": source " + source + ", target " + target + " (expected: "
                    + (kind.hasSource() ? "a source" : "no source") + " and "
                    + (kind.hasTarget() ? "a target" : "no target") + ")");
        }
        if (source != null && source.equals(target)) {
            throw new IllegalArgumentException(kind + ": source and target are both " + source);
        }
        if (reason.length() > MAX_REASON_LENGTH) {
            throw new IllegalArgumentException(
                    "reason: " + reason.length() + " characters (expected: at most " + MAX_REASON_LENGTH + ")");
        }
    }

    /**
     * The target of a kind that has one.
     *
     * @throws IllegalStateException if it has none
     */
    public ServerId requireTarget() {
        if (target == null) {
            throw new IllegalStateException(kind + " has no target");
        }
        return target;
    }

    /**
     * The source of a kind that has one.
     *
     * @throws IllegalStateException if it has none
     */
    public ServerId requireSource() {
        if (source == null) {
            throw new IllegalStateException(kind + " has no source");
        }
        return source;
    }
}
