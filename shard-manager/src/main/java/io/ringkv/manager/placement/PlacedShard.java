package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Where a shard shall live.
 *
 * @param shard the shard
 * @param voters distinct servers, the one that shall lead first
 */
public record PlacedShard(ShardId shard, List<ServerId> voters) {

    /** @throws IllegalArgumentException if there is no voter, or one twice */
    public PlacedShard {
        Objects.requireNonNull(shard, "shard");
        voters = List.copyOf(voters);
        if (voters.isEmpty() || Set.copyOf(voters).size() != voters.size()) {
            throw new IllegalArgumentException(
                    "voters of shard " + shard + ": " + voters + " (expected: at least one, each once)");
        }
    }

    /** The server that shall lead first. */
    public ServerId firstLeader() {
        return voters.get(0);
    }
}
