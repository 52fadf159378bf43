package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import java.util.Objects;

/**
 * A server changed its state.
 *
 * @param server which
 * @param from its state before
 * @param to its state now
 */
public record ServerMarked(ServerId server, ServerState from, ServerState to) implements ClusterEvent {

    /** None may be null. */
    public ServerMarked {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withServer(state.requireServer(server).withState(to));
    }

    @Override
    public boolean isPublished() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.marked(this);
    }
}
