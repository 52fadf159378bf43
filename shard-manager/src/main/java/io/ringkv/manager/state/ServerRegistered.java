package io.ringkv.manager.state;

import java.util.Objects;

/**
 * A server is new, or told something new of itself.
 *
 * @param server as it is now in the books
 * @param isPublished what others see of it is new or has changed
 */
public record ServerRegistered(RegisteredServer server, boolean isPublished) implements ClusterEvent {

    /** The server may not be null. */
    public ServerRegistered {
        Objects.requireNonNull(server, "server");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withServer(server);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.registered(this);
    }
}
