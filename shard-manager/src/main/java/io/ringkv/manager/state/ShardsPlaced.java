package io.ringkv.manager.state;

import java.util.List;

/**
 * First placement was made.
 *
 * @param shards all shards of the cluster, in the order of their numbers
 */
public record ShardsPlaced(List<ManagedShard> shards) implements ClusterEvent {

    /** Keeps a copy. */
    public ShardsPlaced {
        shards = List.copyOf(shards);
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withShards(shards);
    }

    @Override
    public boolean isPublished() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.placed(this);
    }
}
