package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.Objects;

/**
 * A replica was deleted by its server, or its server is gone for good.
 *
 * @param shard of which shard
 * @param server at which server
 */
public record CleaningDone(ShardId shard, ServerId server) implements ClusterEvent {

    /** None may be null. */
    public CleaningDone {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(server, "server");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withOperations(state.operations().without(shard, server));
    }

    @Override
    public boolean isPublished() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.cleaningDone(this);
    }
}
