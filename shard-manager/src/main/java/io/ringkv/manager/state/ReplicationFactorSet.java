package io.ringkv.manager.state;

/**
 * Each shard is to have another number of replicas.
 *
 * @param from number before
 * @param to number from now on
 */
public record ReplicationFactorSet(int from, int to) implements ClusterEvent {

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withReplicationFactor(to);
    }

    @Override
    public boolean isPublished() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.replicationFactorSet(this);
    }
}
