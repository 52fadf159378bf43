package io.ringkv.client.operation;

import io.ringkv.client.connection.Transport;
import io.ringkv.client.retry.RetryDecision.Where;
import io.ringkv.client.route.ShardRoute;
import io.ringkv.common.id.ServerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which server an operation is sent to next. On the client's loop. */
final class ReplicaChoice {

    private final Transport transport;

    ReplicaChoice(Transport transport) {
        this.transport = transport;
    }

    /** The server to send to; null if none is left that makes sense now. */
    @Nullable
    ServerId choose(PendingOperation operation, ShardRoute route) {
        ServerId before = operation.server;
        if (operation.where == Where.SAME && before != null && transport.isUsable(before)) {
            return before;
        }
        List<ServerId> leftOut = operation.where == Where.BELIEVED ? List.of() : operation.tried;
        return operation.request.needsLeader()
                ? route.chooseLeader(transport::isUsable, leftOut)
                : route.chooseAny(transport::isUsable, leftOut);
    }

    /**
     * Number of replicas that may be tried at once, without a pause: those that make sense and were not tried yet. None
     * once there was a pause: from then on one is asked at a time, because any of them can name the leader.
     */
    int untried(PendingOperation operation, ShardRoute route) {
        int untried = 0;
        if (operation.wasPaused) {
            return untried;
        }
        for (ServerId server : route.voters()) {
            if (!operation.tried.contains(server) && transport.isUsable(server)) {
                untried++;
            }
        }
        return untried;
    }
}
