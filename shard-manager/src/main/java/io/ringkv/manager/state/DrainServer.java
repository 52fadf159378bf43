package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import java.util.Objects;

/**
 * An operator wants a server emptied, or kept after all. Replicas that have left by then come back only as far as balance
 * brings them.
 *
 * <p>Refused if the servers that stay could not hold all replicas of a shard.
 *
 * @param server which
 * @param on true to empty it, false to keep it
 */
public record DrainServer(ServerId server, boolean on) implements ClusterCommand {

    /** May not be null. */
    public DrainServer {
        Objects.requireNonNull(server, "server");
    }

    @Override
    public Decision decide(ClusterState state) {
        RegisteredServer known = state.servers().get(server);
        if (known == null) {
            return Decision.refuse(ErrorCode.SERVER_NOT_FOUND, "Server " + server + " is not registered");
        }
        String label = known.record().label();
        if (!known.isPresent()) {
            return Decision.refuse(ErrorCode.SERVER_NOT_FOUND, "Server " + label + " was removed");
        }
        if (known.draining() == on) {
            return Decision.nothing();
        }
        long staying = state.usableServersWithout(server);
        if (on && staying < state.replicationFactor()) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "Without server " + label + " there are " + staying + " usable servers for a replication factor of "
                            + state.replicationFactor(),
                    "Add a server first, bring back one that is down, or lower the factor: ringkv cluster set"
                            + " replication-factor N.");
        }
        return Decision.of(new ServerDrainSet(server, on));
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.drain(this);
    }
}
