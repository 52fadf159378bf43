package io.ringkv.client.operation;

import io.ringkv.client.connection.ClientLoop;
import io.ringkv.client.connection.Transport;
import io.ringkv.client.operation.OperationAttempt.Kind;
import io.ringkv.client.operation.OperationRequest.Target;
import io.ringkv.client.retry.AttemptOutcome;
import io.ringkv.client.retry.RetryBudget;
import io.ringkv.client.retry.RetryDecision;
import io.ringkv.client.retry.RetryDecision.Where;
import io.ringkv.client.retry.RetryPolicy;
import io.ringkv.client.route.MapRefresher;
import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.route.ShardRouter;
import io.ringkv.client.session.Sessions;
import io.ringkv.client.session.ShardSession;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.Reply;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs requests: gives writes their sequence, chooses servers, acts on what {@link RetryPolicy} decides, and completes
 * each request once. The only loop of retries in the client.
 *
 * <p>{@link #submit} may be called by any thread; all else happens on the client's loop.
 */
public final class OperationRunner {

    private final ClientLoop loop;
    private final Transport transport;
    private final ReplicaChoice choice;
    private final ShardRouter router;
    private final MapRefresher refresher;
    private final Sessions<PendingOperation> sessions;
    private final long sessionIdleMillis;
    private final RandomGenerator random;
    private final Admission admission;
    private final OperationMetrics metrics;
    private final ReplyReader replies;
    private final RetryBudget budget;
    private final WakeTimer timer;
    private final OperationInbox inbox = new OperationInbox();
    private Set<PendingOperation> awaitingMap = new LinkedHashSet<>();
    private boolean closed;

    /** Runs nothing yet. */
    public OperationRunner(
            RunnerSettings settings,
            ClientLoop loop,
            Transport transport,
            ShardRouter router,
            MapRefresher refresher,
            Sessions<PendingOperation> sessions,
            RandomGenerator random) {
        this.loop = loop;
        this.transport = transport;
        this.choice = new ReplicaChoice(transport, router);
        this.router = router;
        this.refresher = refresher;
        this.sessions = sessions;
        this.sessionIdleMillis = settings.sessionIdleMillis();
        this.random = random;
        this.admission = new Admission(settings.openRequestsMax(), settings.openBytesMax());
        this.metrics = new OperationMetrics(settings.meterRegistry(), admission::requests);
        this.replies = new ReplyReader(router);
        this.budget = RetryBudget.ofClient(loop.clock().nanos());
        this.timer = new WakeTimer(loop, this::wake);
    }

    /**
     * Takes a request; it is answered through its own methods.
     *
     * @throws RingKvException CLIENT_QUEUE_FULL
     */
    public void submit(PendingOperation operation) {
        try {
            admission.enter(operation.request.body().size());
        } catch (RingKvException e) {
            metrics.refused();
            throw e;
        }
        operation.start(loop.clock().nanos());
        if (inbox.add(operation)) {
            loop.later(this::drainInbox);
        }
    }

    private void drainInbox() {
        inbox.drain(this::begin);
    }

    private void begin(PendingOperation operation) {
        if (closed) {
            fail(operation, ErrorCode.CLIENT_CLOSED, "The client was closed");
            return;
        }
        dispatch(operation);
        if (!operation.done) {
            timer.schedule(operation, loop.clock().nanos());
        }
    }

    /** The shard map changed: what waited for that goes on. */
    public void mapLearned() {
        Set<PendingOperation> waited = awaitingMap;
        awaitingMap = new LinkedHashSet<>();
        List.copyOf(waited).forEach(this::goOn);
    }

    private void goOn(PendingOperation operation) {
        if (!operation.done) {
            dispatch(operation);
        }
    }

    private void dispatch(PendingOperation operation) {
        operation.paused = false;
        operation.waitingIn = null;
        ShardRoute route = routeOf(operation);
        if (route == null || !enterSession(operation, route)) {
            return;
        }
        if (operation.isBeyondSession()) {
            fail(operation, ErrorCode.SESSION_LOST, "The session of the write ended before its outcome was known");
            return;
        }
        operation.attempts++;
        ServerId server = choice.choose(operation, route);
        if (server == null) {
            decide(operation, route, null, AttemptOutcome.notSent(), null);
            return;
        }
        operation.server = server;
        OperationAttempt attempt = new OperationAttempt(this, operation, operation.nextKind(), route, server);
        operation.current = attempt;
        transport.send(server, attempt);
    }

    /** The way to the shard of the operation; null if it has to wait for a newer map, or was told that there is none. */
    private @Nullable ShardRoute routeOf(PendingOperation operation) {
        ShardRoute route;
        if (operation.request.target() instanceof Target.Shard target) {
            route = router.route(target.shard());
            if (route == null && router.map() != null) {
                fail(operation, ErrorCode.UNKNOWN_SHARD, "Shard " + target.shard() + " is in no shard map any more");
                return null;
            }
        } else {
            Target.Keys keys = (Target.Keys) operation.request.target();
            route = router.route(keys.first());
            // What may have reached a shard before it was cut is still looked for there.
            ShardRoute other = route == null || operation.doubtful ? null : router.otherRoute(route, keys.others());
            if (route != null && other != null) {
                String sentence = "The keys lie on shards " + route.id() + " and " + other.id();
                fail(operation, ErrorCode.BATCH_SPANS_SHARDS, sentence);
                return null;
            }
        }
        if (route == null) {
            awaitingMap.add(operation);
            operation.waitingIn = awaitingMap;
            refresher.refresh(null);
        }
        return route;
    }

    /** Gives a write its place in the session of the shard; false if it has to wait for one. */
    private boolean enterSession(PendingOperation operation, ShardRoute route) {
        if (!operation.request.isWrite()) {
            return true;
        }
        ShardSession<PendingOperation> session =
                sessions.of(route.id(), route.record().incarnation());
        if (operation.session == null) {
            if (session.window().isFull()) {
                operation.lastMessage =
                        "As many writes to shard " + route.id() + " are unanswered as a session may have";
                session.waiting().add(operation);
                operation.waitingIn = session.waiting();
                return false;
            }
            operation.session = session;
            operation.sequence = session.window().take();
        }
        return true;
    }

    void answered(OperationAttempt attempt, Reply reply) {
        PendingOperation operation = attempt.operation();
        AttemptOutcome outcome = replies.learn(attempt, reply);
        if (operation.done) {
            return;
        }
        boolean answer = outcome.kind() == AttemptOutcome.Kind.ANSWERED;
        if (answer && attempt.kind() != Kind.OPEN) {
            // Perhaps of an earlier attempt, while its fate is being asked for.
            finish(operation, attempt, reply, outcome.code());
        } else if (operation.current == attempt) {
            operation.current = null;
            if (answer) {
                dispatch(operation);
            } else {
                decide(operation, attempt.route(), attempt, outcome, reply);
            }
        }
    }

    void lost(OperationAttempt attempt, boolean sent, String reason) {
        PendingOperation operation = attempt.operation();
        attempt.route().notLeading(attempt.server());
        if (operation.done || operation.current != attempt) {
            return;
        }
        operation.current = null;
        operation.lastMessage = reason;
        boolean write = operation.request.isWrite();
        AttemptOutcome outcome = sent ? AttemptOutcome.unanswered(write) : AttemptOutcome.notSent();
        decide(operation, attempt.route(), attempt, outcome, null);
    }

    private void decide(
            PendingOperation operation,
            ShardRoute route,
            @Nullable OperationAttempt attempt,
            AttemptOutcome outcome,
            @Nullable Reply reply) {
        long now = loop.clock().nanos();
        if (attempt != null) {
            operation.noteAttempt(attempt.server(), outcome.code());
        }
        boolean inDoubt = operation.doubtful || outcome.kind() == AttemptOutcome.Kind.IN_DOUBT;
        RetryDecision decision =
                RetryPolicy.afterAttempt(choice.facts(operation, route, now, inDoubt, budget.allows(now)), outcome);
        operation.doubtful = inDoubt;
        operation.lastCode = outcome.code();
        if (reply != null) {
            operation.lastMessage = reply.getMessage();
        }
        if (decision instanceof RetryDecision.Again again) {
            retry(operation, attempt, outcome, again, now);
        } else if (decision instanceof RetryDecision.GiveUp failure) {
            giveUp(operation, route, failure.code(), outcome.code(), reply);
        } else if (decision == RetryDecision.Resolve.INSTANCE) {
            resolve(operation);
        } else if (decision == RetryDecision.Reopen.INSTANCE) {
            reopen(operation);
        } else {
            throw new IllegalStateException("decision " + decision + " after " + outcome);
        }
    }

    private void retry(
            PendingOperation operation,
            @Nullable OperationAttempt attempt,
            AttemptOutcome outcome,
            RetryDecision.Again again,
            long now) {
        operation.where = again.where();
        operation.redirects = again.where() == Where.BELIEVED ? operation.redirects + 1 : 0;
        if (again.charged() && attempt != null) {
            budget.spend(now);
            metrics.retried(outcome.code());
        } else if (attempt != null) {
            metrics.redirected();
        }
        if (again.refreshMap()) {
            refresher.refresh(attempt == null ? null : attempt.server());
        }
        if (again.delayMillis() == 0) {
            dispatch(operation);
            return;
        }
        operation.tried.clear();
        operation.paused = true;
        operation.wasPaused = true;
        long delayNanos = TimeUnit.MILLISECONDS.toNanos(again.delayMillis());
        operation.retryAtNanos = now + delayNanos / 2 + random.nextLong(delayNanos / 2 + 1);
        timer.schedule(operation, now);
    }

    /** The session is gone, and no attempt of this write had an effect in it: it goes into the next one. */
    private void reopen(PendingOperation operation) {
        if (operation.session != null) {
            operation.session.expired(operation.generation);
        }
        operation.where = Where.SAME;
        dispatch(operation);
    }

    private void resolve(PendingOperation operation) {
        metrics.resolving();
        operation.doubtful = true;
        operation.resolving = true;
        operation.where = Where.BELIEVED;
        operation.redirects = 0;
        operation.tried.clear();
        dispatch(operation);
        if (!operation.done) {
            timer.schedule(operation, loop.clock().nanos());
        }
    }

    private void wake(PendingOperation operation) {
        long now = loop.clock().nanos();
        if (operation.isExpired(now)) {
            expire(operation);
            return;
        }
        if (operation.mustResolve(now)) {
            resolve(operation);
            return;
        }
        if (operation.isRetryDue(now)) {
            dispatch(operation);
        }
        if (!operation.done && !operation.isScheduled()) {
            timer.schedule(operation, now);
        }
    }

    private void expire(PendingOperation operation) {
        ShardMap map = router.map();
        if (operation.attempts == 0 && (map == null || map.shards().isEmpty())) {
            RingKvException reason = refresher.noRoute();
            end(operation, reason.code());
            operation.failed(reason);
            return;
        }
        ErrorCode code = RetryPolicy.afterDeadline(operation.mayHaveHadEffect(), operation.lastCode);
        fail(operation, code, Failures.timeOver(operation));
    }

    private void finish(PendingOperation operation, OperationAttempt attempt, Reply reply, ErrorCode code) {
        budget.succeeded();
        end(operation, code);
        operation.succeeded(reply, attempt.record());
    }

    private void giveUp(
            PendingOperation operation, ShardRoute route, ErrorCode code, ErrorCode cause, @Nullable Reply reply) {
        if (reply != null && code == cause) {
            end(operation, code);
            operation.failed(
                    RingKvException.fromWire(reply.getCode(), reply.getMessage(), reply.getRetryAfterMillis()));
        } else {
            fail(operation, code, Failures.noMoreRetries(operation, code, route, router));
        }
    }

    private void fail(PendingOperation operation, ErrorCode code, String sentence) {
        end(operation, code);
        operation.failed(Failures.of(operation, code, sentence));
    }

    /** Frees all that the operation holds; what waits for its sequence goes on. */
    private void end(PendingOperation operation, ErrorCode code) {
        operation.done = true;
        operation.current = null;
        timer.cancel(operation);
        operation.leaveQueue();
        admission.leave(operation.request.body().size());
        metrics.finished(operation.request.type(), code, loop.clock().nanos() - operation.startedAtNanos());
        ShardSession<PendingOperation> session = operation.session;
        if (session == null) {
            return;
        }
        if (code.family() == ErrorFamily.OUTCOME_UNKNOWN) {
            session.leaveInDoubt();
        }
        session.window().release(operation.sequence);
        for (PendingOperation next = session.pollReady(); next != null; next = session.pollReady()) {
            goOn(next);
        }
    }

    long sessionIdleMillis() {
        return sessionIdleMillis;
    }

    /** Fails what is unanswered and takes nothing any more. */
    public void close() {
        closed = true;
        for (PendingOperation operation : timer.removeAll()) {
            boolean unknown = operation.mayHaveHadEffect();
            ErrorCode code = unknown ? ErrorCode.OUTCOME_UNKNOWN : ErrorCode.CLIENT_CLOSED;
            if (!operation.done) {
                fail(operation, code, "The client was closed before the answer came");
            }
        }
    }
}
