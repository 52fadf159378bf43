package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import java.util.Objects;

/**
 * The leader has counted the time of a maintenance to its end.
 *
 * @param server which
 * @param number number of the mark; another one by now is left alone
 */
public record EndMaintenance(ServerId server, long number) implements ClusterCommand {

    /** May not be null. */
    public EndMaintenance {
        Objects.requireNonNull(server, "server");
    }

    @Override
    public Decision decide(ClusterState state) {
        RegisteredServer known = state.servers().get(server);
        Maintenance present = known == null ? null : known.maintenance();
        return present == null || present.number() != number
                ? Decision.nothing()
                : Decision.of(new MaintenanceSet(server, null));
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.endMaintenance(this);
    }
}
