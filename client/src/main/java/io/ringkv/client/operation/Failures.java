package io.ringkv.client.operation;

import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.route.ShardRouter;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ShardMap;

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
        ShardMap map = router.map();
        String loss = map == null ? "" : map.lossOfMajority(route.record());
        return loss.isEmpty() ? "Shard " + route.id() + " can have no leader, as all replicas say that answer" : loss;
    }

    private static String attempts(PendingOperation operation) {
        return operation.attempts == 1 ? "1 attempt" : operation.attempts + " attempts";
    }
}
