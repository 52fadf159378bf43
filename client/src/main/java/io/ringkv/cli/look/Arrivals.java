package io.ringkv.cli.look;

import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a process that was just started has become a part of the cluster. Pure. */
final class Arrivals {
    private Arrivals() {}

    /**
     * What a process lacks to be a part of the cluster; null when nothing does. A server must have been heard since it
     * started: after a quick restart the manager does not know yet that it was away. A manager that is no member lacks
     * nothing; it stands by.
     *
     * @param address where it was asked
     * @param identity what it said, empty if nothing
     */
    static @Nullable String missing(String address, Optional<ProcessIdentity> identity, ClusterView view) {
        if (identity.isEmpty()) {
            return "no process answers at " + address;
        }
        if (!view.status().getComplete()) {
            return name(identity.get()) + " answers at " + address + ", but no manager leads";
        }
        return identity.get().hasServer()
                ? missingOfServer(identity.get(), view)
                : missingOfManager(identity.get(), view);
    }

    private static @Nullable String missingOfServer(ProcessIdentity identity, ClusterView view) {
        Optional<ServerStatus> known = view.status().getServersList().stream()
                .filter(server ->
                        server.getServer().getServerId() == identity.getServer().getServerId())
                .findFirst();
        if (known.isEmpty()) {
            return name(identity) + " is not registered yet";
        }
        ServerState state = known.get().getServer().getState();
        if (state != ServerState.SERVER_STATE_ACTIVE && state != ServerState.SERVER_STATE_DRAINING) {
            return name(identity) + " is " + ClusterView.state(state);
        }
        boolean isHeard = known.get().hasHeartbeatAgeMillis()
                && known.get().getHeartbeatAgeMillis() <= identity.getUptimeMillis();
        return isHeard ? null : "the manager has not heard " + name(identity) + " since it started";
    }

    private static @Nullable String missingOfManager(ProcessIdentity identity, ClusterView view) {
        for (ManagerStatus member : view.managers()) {
            if (member.getManager().getManagerId() == identity.getManager().getManagerId()) {
                return member.getLeader() || member.getReachable()
                        ? null
                        : name(identity) + " is not reachable for the manager that leads";
            }
        }
        return null;
    }

    private static String name(ProcessIdentity identity) {
        return identity.hasServer()
                ? "server " + identity.getServer().getLabel()
                : "manager " + identity.getManager().getLabel();
    }
}
