package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server is worked on from now on, or no longer. Not published: clients go on as before.
 *
 * @param server which
 * @param maintenance the mark, null if it ended
 */
public record MaintenanceSet(ServerId server, @Nullable Maintenance maintenance) implements ClusterEvent {

    /** The server may not be null. */
    public MaintenanceSet {
        Objects.requireNonNull(server, "server");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withServer(state.requireServer(server).withMaintenance(maintenance));
    }

    @Override
    public boolean isPublished() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.maintenanceSet(this);
    }
}
