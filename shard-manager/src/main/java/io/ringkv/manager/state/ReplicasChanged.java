package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.List;
import java.util.Objects;

/**
 * A shard has other voters.
 *
 * @param shard which
 * @param voters all of them
 * @param replicaEpoch number of this set of voters
 */
public record ReplicasChanged(ShardId shard, List<ServerId> voters, long replicaEpoch) implements ClusterEvent {

    /** Keeps a copy. */
    public ReplicasChanged {
        Objects.requireNonNull(shard, "shard");
        voters = List.copyOf(voters);
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withShards(List.of(state.requireShard(shard).withVoters(voters, replicaEpoch)));
    }

    @Override
    public boolean isPublished() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.replicasChanged(this);
    }
}
