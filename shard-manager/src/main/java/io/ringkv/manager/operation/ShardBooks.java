package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What is agreed on about a shard, as far as its operation needs it.
 *
 * @param voters as published
 * @param reservedEpoch highest replica epoch ever handed out for the shard
 * @param cleaning servers at which a replica of the shard is still to be deleted
 */
public record ShardBooks(List<ServerId> voters, long reservedEpoch, Set<ServerId> cleaning) {

    /** Keeps copies. */
    public ShardBooks {
        voters = List.copyOf(voters);
        cleaning = Set.copyOf(Objects.requireNonNull(cleaning, "cleaning"));
    }

    /** The same after this epoch was seen somewhere, so that the next one handed out is above it. */
    ShardBooks above(long epochSeen) {
        return new ShardBooks(voters, Math.max(reservedEpoch, epochSeen), cleaning);
    }
}
