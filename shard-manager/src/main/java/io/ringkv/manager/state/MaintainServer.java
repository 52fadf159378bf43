package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import java.util.Objects;

/**
 * An operator begins to work on a server, or is done. Begun again it lasts anew.
 *
 * @param server which
 * @param millis how long at most; 0 to end it
 */
public record MaintainServer(ServerId server, long millis) implements ClusterCommand {

    /** @throws IllegalArgumentException if the time is out of bounds */
    public MaintainServer {
        Objects.requireNonNull(server, "server");
        if (millis < 0 || millis > Maintenance.MAX_MILLIS) {
            throw new IllegalArgumentException(
                    "maintenance: " + millis + " ms (expected: 0 to " + Maintenance.MAX_MILLIS + ")");
        }
    }

    @Override
    public Decision decide(ClusterState state) {
        RegisteredServer known = state.servers().get(server);
        if (known == null) {
            return Decision.refuse(ErrorCode.SERVER_NOT_FOUND, "Server " + server + " is not registered");
        }
        if (!known.isPresent()) {
            return Decision.refuse(
                    ErrorCode.SERVER_NOT_FOUND, "Server " + known.record().label() + " was removed");
        }
        if (millis > 0) {
            return Decision.of(
                    new MaintenanceSet(server, new Maintenance(state.history().total(), millis)));
        }
        return known.maintenance() == null ? Decision.nothing() : Decision.of(new MaintenanceSet(server, null));
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.maintain(this);
    }
}
