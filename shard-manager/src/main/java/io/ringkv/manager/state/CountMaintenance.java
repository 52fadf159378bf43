package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import java.util.Objects;

/**
 * The leader has counted part of the time of a maintenance. Logged now and then, so that the next leader goes on from there
 * and does not begin anew.
 *
 * @param server which
 * @param number number of the mark; another one by now is left alone
 * @param leftMillis what is left of its time; a mark that has no more than that is left alone
 */
public record CountMaintenance(ServerId server, long number, long leftMillis) implements ClusterCommand {

    /** @throws IllegalArgumentException if nothing is left, or more than there can be */
    public CountMaintenance {
        Objects.requireNonNull(server, "server");
        if (leftMillis < 1 || leftMillis > Maintenance.MAX_MILLIS) {
            throw new IllegalArgumentException(
                    "maintenance: " + leftMillis + " ms left (expected: 1 to " + Maintenance.MAX_MILLIS + ")");
        }
    }

    @Override
    public Decision decide(ClusterState state) {
        RegisteredServer known = state.servers().get(server);
        Maintenance present = known == null ? null : known.maintenance();
        return present == null || present.number() != number || present.millis() <= leftMillis
                ? Decision.nothing()
                : Decision.of(new MaintenanceSet(server, new Maintenance(number, leftMillis)));
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.countMaintenance(this);
    }
}
