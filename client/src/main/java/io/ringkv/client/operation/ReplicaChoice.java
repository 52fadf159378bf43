package io.ringkv.client.operation;

import io.ringkv.client.connection.Transport;
import io.ringkv.client.retry.OperationFacts;
import io.ringkv.client.retry.RetryDecision.Where;
import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.route.ShardRouter;
import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which server an operation is sent to next. On the client's loop. */
final class ReplicaChoice {

    private final Transport transport;
    private final ShardRouter router;

    ReplicaChoice(Transport transport, ShardRouter router) {
        this.transport = transport;
        this.router = router;
    }

    /** The server to send to; null if none is left that makes sense now. */
    @Nullable
    ServerId choose(PendingOperation operation, ShardRoute route) {
        ServerId before = operation.server;
        if (operation.where == Where.SAME && before != null && transport.isUsable(before)) {
            return before;
        }
        boolean redirected = operation.where == Where.BELIEVED && operation.redirects > 0;
        List<ServerId> tried = operation.where == Where.BELIEVED ? List.of() : operation.tried;
        List<ServerId> leftOut = redirected ? tried : withSilent(tried, route);
        return operation.request.needsLeader()
                ? route.chooseLeader(transport::isUsable, leftOut)
                : route.chooseAny(transport::isUsable, leftOut);
    }

    /**
     * Where the shard has lost its majority, those that are up are asked and none that is silent: it would only cost time.
     * Unless an answer names it, or all are silent, when the map is more likely to be wrong.
     */
    private List<ServerId> withSilent(List<ServerId> tried, ShardRoute route) {
        List<ServerId> lost = router.lostMajority(route);
        if (lost.isEmpty() || lost.size() == route.voters().size()) {
            return tried;
        }
        List<ServerId> both = new ArrayList<>(tried);
        both.addAll(lost);
        return both;
    }

    /** What is known of an operation whose attempt has just ended. */
    OperationFacts facts(
            PendingOperation operation, ShardRoute route, long nowNanos, boolean inDoubt, boolean budgetLeft) {
        return operation.facts(nowNanos, inDoubt, untried(operation, route), budgetLeft, isHopeless(operation, route));
    }

    /**
     * Whether the operation needs a leader and the shard can have none: as far as the map tells, or because every voter says
     * so that can be reached. One that says so may only be cut off itself, while another leads.
     */
    private boolean isHopeless(PendingOperation operation, ShardRoute route) {
        if (!operation.request.needsLeader()) {
            return false;
        }
        boolean isSaid = !operation.leaderless.isEmpty()
                && route.voters().stream()
                        .allMatch(voter -> operation.leaderless.contains(voter) || !transport.isUsable(voter));
        return isSaid || !router.lostMajority(route).isEmpty();
    }

    /**
     * Number of replicas that may be tried at once, without a pause: those that make sense and were not tried yet. None
     * once there was a pause: from then on one is asked at a time, because any of them can name the leader.
     */
    private int untried(PendingOperation operation, ShardRoute route) {
        int untried = 0;
        if (operation.wasPaused) {
            return untried;
        }
        List<ServerId> leftOut = withSilent(operation.tried, route);
        for (ServerId server : route.voters()) {
            if (!leftOut.contains(server) && transport.isUsable(server)) {
                untried++;
            }
        }
        return untried;
    }
}
