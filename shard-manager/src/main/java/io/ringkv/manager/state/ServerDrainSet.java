package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import java.util.Objects;

/**
 * A server is to be emptied from now on, or to be kept.
 *
 * @param server which
 * @param on true to empty it
 */
public record ServerDrainSet(ServerId server, boolean on) implements ClusterEvent {

    /** May not be null. */
    public ServerDrainSet {
        Objects.requireNonNull(server, "server");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withServer(state.requireServer(server).withDraining(on));
    }

    @Override
    public boolean isPublished() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.drainSet(this);
    }
}
