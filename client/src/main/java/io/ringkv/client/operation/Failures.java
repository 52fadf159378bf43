package io.ringkv.client.operation;

import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.route.ShardRouter;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardMap;
import java.util.List;
import java.util.stream.Collectors;

/** What callers are told when a request fails. */
final class Failures {

    private Failures() {}

    static RingKvException of(PendingOperation operation, ErrorCode code, String sentence) {
        return RingKvException.builder(code)
                .sentence(sentence)
                .reason(operation.lastMessage)
                .detail("attempts", operation.attempts)
                .detail("lastCode", operation.lastCode)
                .build();
    }

    static String timeOver(PendingOperation operation) {
        return "No answer came within " + operation.request.timeout().toMillis() + " ms and " + attempts(operation);
    }

    static String noMoreRetries(PendingOperation operation, ErrorCode code, ShardRoute route, ShardRouter router) {
        return code == ErrorCode.QUORUM_LOST
                ? quorumLost(route, router)
                : "The request was given up after " + attempts(operation);
    }

    private static String quorumLost(ShardRoute route, ShardRouter router) {
        List<ServerId> lost = router.lostMajority(route);
        if (lost.isEmpty()) {
            return "Shard " + route.id() + " can have no leader, as all replicas say that answer";
        }
        ShardMap map = router.map();
        String labels = lost.stream()
                .map(id -> {
                    ServerRecord server = map == null ? null : map.server(id);
                    return server == null ? id.toString() : server.label();
                })
                .collect(Collectors.joining(", "));
        return "Shard " + route.id() + " can have no leader: of its "
                + route.voters().size() + " replicas " + lost.size() + " are on servers that are down (" + labels + ")";
    }

    private static String attempts(PendingOperation operation) {
        return operation.attempts == 1 ? "1 attempt" : operation.attempts + " attempts";
    }
}
