package io.ringkv.client.operation;

import io.ringkv.client.operation.OperationAttempt.Kind;
import io.ringkv.client.retry.AttemptOutcome;
import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.route.ShardRouter;
import io.ringkv.client.session.ShardSession;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes from a reply all that helps later requests, and says what it means for its own. On the client's loop. */
final class ReplyReader {

    private static final Logger log = LoggerFactory.getLogger(ReplyReader.class);

    private final ShardRouter router;

    ReplyReader(ShardRouter router) {
        this.router = router;
    }

    /** Learns from a reply and classifies it. */
    AttemptOutcome learn(OperationAttempt attempt, Reply reply) {
        learnSession(attempt, reply);
        ErrorCode code = reply.getCode() == 0 ? ErrorCode.OK : ErrorCode.ofWire(reply.getCode());
        AttemptOutcome answer = AttemptOutcome.answer(code);
        if (answer != null) {
            learnAnswer(attempt, reply);
            return answer;
        }
        boolean improved = learnRecord(reply);
        boolean named = learnLeader(attempt, reply, code);
        return AttemptOutcome.ofReply(
                attempt.operation().request.isWrite(),
                code,
                reply.getNotProposed(),
                named,
                improved,
                reply.getRetryAfterMillis());
    }

    private static void learnAnswer(OperationAttempt attempt, Reply reply) {
        ShardRoute route = attempt.route();
        route.seen(attempt.record().incarnation(), reply.getRevision());
        if (attempt.operation().request.needsLeader()) {
            route.leaderHeard(attempt.server());
        }
    }

    private static void learnSession(OperationAttempt attempt, Reply reply) {
        ShardSession<PendingOperation> session = attempt.operation().session;
        if (session == null) {
            return;
        }
        if (attempt.isOpening()) {
            session.openingAnswered();
        }
        boolean opened = attempt.kind() == Kind.OPEN && reply.getCode() == 0;
        session.learned(opened ? reply.getNumber() : reply.getSession(), attempt.generation());
    }

    private boolean learnRecord(Reply reply) {
        if (!reply.hasNewerRecord()) {
            return false;
        }
        try {
            return router.learn(ShardMapMessages.fromMessage(reply.getNewerRecord()));
        } catch (RingKvException e) {
            log.warn("event=record-refused reason=\"{}\"", e.getMessage());
            return false;
        }
    }

    private static boolean learnLeader(OperationAttempt attempt, Reply reply, ErrorCode code) {
        if (code.family() != ErrorFamily.NOT_LEADER || code == ErrorCode.LEADER_NOT_READY) {
            return false;
        }
        attempt.route().notLeading(attempt.server());
        long hint = reply.getLeaderHint();
        if (hint == 0 || hint == attempt.server().value()) {
            return false;
        }
        attempt.route().leaderHeard(new ServerId(hint));
        return true;
    }
}
