package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import java.util.Objects;

/**
 * The leader found a server alive, or silent for too long.
 *
 * @param server which
 * @param from its state when the leader decided; if it is another by now, the command is void
 * @param to ACTIVE or DOWN
 */
public record MarkServer(ServerId server, ServerState from, ServerState to) implements ClusterCommand {

    /** None may be null. */
    public MarkServer {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }

    @Override
    public Decision decide(ClusterState state) {
        ServerState present = state.stateOf(server);
        if (present == null) {
            return Decision.refuse(ErrorCode.SERVER_NOT_FOUND, "Server " + server + " is not registered");
        }
        if (present != from) {
            return Decision.refuse(
                    ErrorCode.CONDITION_FAILED,
                    "Server " + server + " is " + present + " and was expected to be " + from);
        }
        if (!isAllowed()) {
            return Decision.refuse(
                    ErrorCode.INVALID_ARGUMENT, "A server cannot be marked " + to + " while it is " + from);
        }
        return Decision.of(new ServerMarked(server, from, to));
    }

    private boolean isAllowed() {
        return switch (from) {
            case JOINING -> to == ServerState.ACTIVE || to == ServerState.DOWN;
            case ACTIVE -> to == ServerState.DOWN;
            case DOWN -> to == ServerState.ACTIVE;
            case SUSPECT, DRAINING, REMOVED -> false;
        };
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.mark(this);
    }
}
