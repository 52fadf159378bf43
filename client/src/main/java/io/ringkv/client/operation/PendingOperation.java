package io.ringkv.client.operation;

import io.ringkv.client.retry.OperationFacts;
import io.ringkv.client.retry.RetryDecision.Where;
import io.ringkv.client.session.ShardSession;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request from its admission to its completion, with all that is known about its attempts. Exactly one of
 * {@link #succeeded} and {@link #failed} is called, exactly once.
 *
 * <p>After it was handed over, its state is touched on the client's loop only.
 */
public abstract class PendingOperation extends TimerWheel.Entry {

    /** Share of a write's time that is kept for asking what became of it. */
    private static final int RESOLVE_SHARE = 5;

    private static final long RESOLVE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    final OperationRequest request;

    /** Link of the inbox. */
    @Nullable
    PendingOperation addedBefore;

    private long startedAtNanos;
    private long deadlineNanos;
    private long resolveAtNanos;

    /** The attempt whose answer decides what happens next; null while the operation waits. */
    @Nullable
    OperationAttempt current;

    /** Session and sequence of a write; 0 until one was given. */
    @Nullable
    ShardSession<PendingOperation> session;

    long sequence;

    /** Generation of the session in which the last attempt was sent. */
    int generation;

    /** When to try again; meaningful while {@link #paused}. */
    long retryAtNanos;

    /** Where it waits for a shard map or for a sequence; null while it does not. */
    @Nullable
    Set<PendingOperation> waitingIn;

    boolean paused;
    boolean wasPaused;
    boolean done;
    boolean doubtful;
    boolean resolving;
    int attempts;
    int redirects;
    Where where = Where.BELIEVED;

    @Nullable
    ServerId server;

    ErrorCode lastCode = ErrorCode.OK;
    String lastMessage = "";
    final List<ServerId> tried = new ArrayList<>(0);

    /** Voters that said they can have no leader. */
    final List<ServerId> leaderless = new ArrayList<>(0);

    /** For subclasses. */
    protected PendingOperation(OperationRequest request) {
        this.request = request;
    }

    /** The shard answered: success, or a refusal that is a result. */
    protected abstract void succeeded(Reply reply, ShardRecord shard);

    /** It failed. */
    protected abstract void failed(RingKvException failure);

    /** Starts the time limit; on the caller's thread. */
    void start(long nowNanos) {
        long timeoutNanos = request.timeout().toNanos();
        startedAtNanos = nowNanos;
        deadlineNanos = nowNanos + timeoutNanos;
        resolveAtNanos = deadlineNanos - Math.min(timeoutNanos / RESOLVE_SHARE, RESOLVE_NANOS_MAX);
    }

    long startedAtNanos() {
        return startedAtNanos;
    }

    /** An attempt ended that was sent to this server. */
    void noteAttempt(ServerId to, ErrorCode code) {
        tried.add(to);
        if (code == ErrorCode.QUORUM_LOST && !leaderless.contains(to)) {
            leaderless.add(to);
        }
    }

    /** Ends waiting, if it waits. */
    void leaveQueue() {
        if (waitingIn != null) {
            waitingIn.remove(this);
            waitingIn = null;
        }
    }

    boolean isExpired(long nowNanos) {
        return deadlineNanos - nowNanos <= 0;
    }

    /** Whether it is time to ask what became of the write, because an attempt may have had an effect. */
    boolean mustResolve(long nowNanos) {
        return request.isWrite() && !resolving && resolveAtNanos - nowNanos <= 0 && mayHaveHadEffect();
    }

    /** Whether an attempt may have had, or may still have, an effect. */
    boolean mayHaveHadEffect() {
        return doubtful || (request.isWrite() && current != null && current.isSent());
    }

    /**
     * Whether an attempt may have had an effect in a life of the session that is over: then nothing may be sent any more,
     * because the shard would not know it again.
     */
    boolean isBeyondSession() {
        return doubtful && session != null && session.generation() != generation;
    }

    /** What is to be sent next. */
    OperationAttempt.Kind nextKind() {
        if (!resolving || session == null) {
            return OperationAttempt.Kind.OPERATION;
        }
        return session.id() == 0 ? OperationAttempt.Kind.OPEN : OperationAttempt.Kind.RESOLVE;
    }

    boolean isRetryDue(long nowNanos) {
        return paused && retryAtNanos - nowNanos <= 0;
    }

    /** When something must happen next if no answer comes. */
    long wakeAtNanos(long nowNanos) {
        long wakeAt = deadlineNanos;
        boolean resolveLies = request.isWrite() && !resolving && resolveAtNanos - nowNanos > 0;
        if (resolveLies) {
            wakeAt = resolveAtNanos;
        }
        return paused && retryAtNanos - wakeAt < 0 ? retryAtNanos : wakeAt;
    }

    /** Time in which a server may still begin with the request. */
    int budgetMillis(long nowNanos, boolean resolution) {
        boolean untilResolve = request.isWrite() && !resolution && resolveAtNanos - nowNanos > 0;
        return (int) Math.max(1, millisUntil(untilResolve ? resolveAtNanos : deadlineNanos, nowNanos));
    }

    /** Time left for retries after the attempt that just ended. */
    private long remainingMillis(long nowNanos, boolean inDoubt) {
        return Math.max(0, millisUntil(inDoubt && !resolving ? resolveAtNanos : deadlineNanos, nowNanos));
    }

    private static long millisUntil(long atNanos, long nowNanos) {
        return TimeUnit.NANOSECONDS.toMillis(atNanos - nowNanos);
    }

    /**
     * What is known of it, for a decision.
     *
     * @param inDoubt whether it is doubtful with the attempt that just ended
     * @param untriedReplicas replicas that were not tried since the last pause
     * @param hopeless whether it needs a leader and the shard can have none
     */
    OperationFacts facts(long nowNanos, boolean inDoubt, int untriedReplicas, boolean budgetLeft, boolean hopeless) {
        return new OperationFacts(
                request.isWrite(),
                doubtful,
                resolving,
                attempts,
                redirects,
                untriedReplicas,
                remainingMillis(nowNanos, inDoubt),
                budgetLeft,
                hopeless);
    }
}
