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
 * @param to DOWN; or, when it is heard, ACTIVE, or DRAINING if it shall be emptied
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
        RegisteredServer known = state.servers().get(server);
        if (known == null) {
            return Decision.refuse(ErrorCode.SERVER_NOT_FOUND, "Server " + server + " is not registered");
        }
        ServerState present = known.record().state();
        if (present != from) {
            return Decision.refuse(
                    ErrorCode.CONDITION_FAILED,
                    "Server " + server + " is " + present + " and was expected to be " + from);
        }
        if (!isAllowed(known.stateWhenHeard())) {
            return Decision.refuse(
                    ErrorCode.INVALID_ARGUMENT, "A server cannot be marked " + to + " while it is " + from);
        }
        return Decision.of(new ServerMarked(server, from, to));
    }

    private boolean isAllowed(ServerState heard) {
        return switch (from) {
            case JOINING -> to == heard || to == ServerState.DOWN;
            case ACTIVE, DRAINING -> to == ServerState.DOWN;
            case DOWN -> to == heard;
            case SUSPECT, REMOVED -> false;
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
