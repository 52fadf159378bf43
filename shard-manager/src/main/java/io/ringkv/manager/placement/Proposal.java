package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.OperationKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one shard that the planner would make.
 *
 * @param shard the shard
 * @param change what to do
 * @param rule why
 * @param reason the same for people: a sentence that names servers by their labels
 * @param gain what gets better, for people: a quantity before and after
 */
public record Proposal(ShardId shard, ShardOperation change, PlacementRule rule, String reason, String gain) {

    /** Nothing may be null. */
    public Proposal {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(gain, "gain");
    }

    /** What kind of operation it is. */
    public OperationKind kind() {
        return change.kind();
    }

    /** The server that loses its replica, if any. */
    public @Nullable ServerId source() {
        return change.source();
    }

    /** The server that gains a replica or the leadership, if any. */
    public @Nullable ServerId target() {
        return change.target();
    }
}
