package io.ringkv.manager.state;

import io.ringkv.common.id.ShardId;
import java.util.ArrayList;
import java.util.List;

/**
 * First leaders are settled. Not published: it changes nothing for anybody but the manager.
 *
 * @param shards which
 */
public record LeadersSettled(List<ShardId> shards) implements ClusterEvent {

    /** Keeps a copy. */
    public LeadersSettled {
        shards = List.copyOf(shards);
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        List<ManagedShard> settled = new ArrayList<>(shards.size());
        for (ShardId shard : shards) {
            ManagedShard known = state.shards().get(shard);
            if (known == null) {
                throw new IllegalStateException("shard " + shard + " was settled but does not exist");
            }
            settled.add(known.withSettled());
        }
        return state.withShards(settled);
    }

    @Override
    public boolean isPublished() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.settled(this);
    }
}
