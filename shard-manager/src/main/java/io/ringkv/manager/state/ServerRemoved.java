package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.List;
import java.util.Objects;

/**
 * A server is no part of the cluster any more, for ever. What it was still to delete is not waited for.
 *
 * @param server which
 * @param shards shards that still named it when it was removed by force
 */
public record ServerRemoved(ServerId server, List<ShardId> shards) implements ClusterEvent {

    /** Keeps a copy. */
    public ServerRemoved {
        Objects.requireNonNull(server, "server");
        shards = List.copyOf(shards);
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withServer(state.requireServer(server).removed())
                .withOperations(state.operations().without(server));
    }

    @Override
    public boolean isPublished() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.removed(this);
    }
}
