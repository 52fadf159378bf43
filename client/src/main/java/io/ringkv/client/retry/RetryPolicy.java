package io.ringkv.client.retry;

import io.ringkv.client.retry.AttemptOutcome.Kind;
import io.ringkv.client.retry.RetryDecision.Again;
import io.ringkv.client.retry.RetryDecision.Finish;
import io.ringkv.client.retry.RetryDecision.GiveUp;
import io.ringkv.client.retry.RetryDecision.Reopen;
import io.ringkv.client.retry.RetryDecision.Resolve;
import io.ringkv.client.retry.RetryDecision.Where;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;

/** The one place that decides about retries. Pure. */
public final class RetryPolicy {

    /** First pause once no replica is left that was not tried. */
    static final long BACKOFF_FIRST_MILLIS = 10;

    /** Longest pause. */
    static final long BACKOFF_LONGEST_MILLIS = 200;

    /** Pause instead of a retry for which there is no budget. */
    static final long NO_BUDGET_PAUSE_MILLIS = 500;

    private static final int DOUBLINGS_MAX = 10;

    private RetryPolicy() {}

    /** What to do after an attempt that ended this way. */
    public static RetryDecision afterAttempt(OperationFacts facts, AttemptOutcome outcome) {
        if (outcome.kind() == Kind.ANSWERED) {
            return Finish.INSTANCE;
        }
        boolean doubtful = facts.doubtful() || outcome.kind() == Kind.IN_DOUBT;
        RetryDecision decision = byFamily(facts, outcome, doubtful);
        if (decision instanceof Again && !doubtful && isQuorumLost(facts, outcome)) {
            return new GiveUp(ErrorCode.QUORUM_LOST);
        }
        return decision instanceof Again again ? affordable(facts, outcome, again, doubtful) : decision;
    }

    /**
     * The code for a caller whose time is over.
     *
     * @param doubtful whether an attempt may have had, or may still have, an effect
     * @param last code of the last refusal, {@code OK} if there was none
     */
    public static ErrorCode afterDeadline(boolean doubtful, ErrorCode last) {
        if (doubtful) {
            return ErrorCode.OUTCOME_UNKNOWN;
        }
        return last == ErrorCode.OK ? ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED : notApplied(last);
    }

    /**
     * Whether waiting is in vain, because the shard cannot elect a leader before servers come back. An election is ridden
     * out; that is something else. Every replica that may know better is asked first. What is in doubt stays so and goes
     * on being asked about: "not applied" may be said only if every attempt was refused before it was proposed.
     */
    private static boolean isQuorumLost(OperationFacts facts, AttemptOutcome outcome) {
        if (!facts.hopeless() || facts.untriedReplicas() > 0 || outcome.leaderNamed() || outcome.mapImproved()) {
            return false;
        }
        ErrorFamily family = outcome.code().family();
        return outcome.code() == ErrorCode.NOT_LEADER
                || family == ErrorFamily.UNAVAILABLE
                || family == ErrorFamily.STALE;
    }

    private static RetryDecision byFamily(OperationFacts facts, AttemptOutcome outcome, boolean doubtful) {
        return switch (outcome.code().family()) {
            case OK, NOT_FOUND, CONDITION_FAILED -> Finish.INSTANCE;
            case INVALID_ARGUMENT, READ_ONLY, FORBIDDEN -> refused(facts, outcome.code(), doubtful);
            case STALE -> afterStale(facts, outcome, doubtful);
            case NOT_LEADER -> afterNotLeader(facts, outcome);
            case OVERLOADED -> again(Where.SAME, Math.max(outcome.retryAfterMillis(), backoffMillis(facts)));
            case UNAVAILABLE -> afterUnavailable(facts, outcome, doubtful);
            case OUTCOME_UNKNOWN ->
                outcome.code() == ErrorCode.SESSION_LOST
                        ? new GiveUp(ErrorCode.SESSION_LOST)
                        : again(Where.OTHER, pauseOnceAllTried(facts));
            case INTERNAL -> again(Where.OTHER, backoffMillis(facts));
        };
    }

    /** A refusal that no repetition changes. */
    private static RetryDecision refused(OperationFacts facts, ErrorCode code, boolean doubtful) {
        if (!doubtful) {
            return new GiveUp(code);
        }
        return facts.resolving() ? new GiveUp(ErrorCode.OUTCOME_UNKNOWN) : Resolve.INSTANCE;
    }

    private static RetryDecision afterStale(OperationFacts facts, AttemptOutcome outcome, boolean doubtful) {
        if (outcome.code() == ErrorCode.SESSION_EXPIRED || outcome.code() == ErrorCode.STALE_INCARNATION) {
            if (doubtful) {
                return new GiveUp(ErrorCode.SESSION_LOST);
            }
            if (facts.write() && outcome.code() == ErrorCode.SESSION_EXPIRED) {
                return Reopen.INSTANCE;
            }
        }
        boolean firstRedirect = outcome.mapImproved() && facts.redirects() == 0;
        if (firstRedirect) {
            return new Again(Where.BELIEVED, 0, false, false);
        }
        Where where = outcome.mapImproved() ? Where.BELIEVED : Where.OTHER;
        return new Again(where, pauseOnceAllTried(facts), true, true);
    }

    private static RetryDecision afterNotLeader(OperationFacts facts, AttemptOutcome outcome) {
        if (outcome.code() == ErrorCode.LEADER_NOT_READY) {
            return again(Where.SAME, backoffMillis(facts));
        }
        if (!outcome.leaderNamed()) {
            return again(Where.OTHER, pauseOnceAllTried(facts));
        }
        // Two servers that name each other must not keep a request running between them.
        return facts.redirects() == 0
                ? new Again(Where.BELIEVED, 0, false, false)
                : again(Where.BELIEVED, backoffMillis(facts));
    }

    private static RetryDecision afterUnavailable(OperationFacts facts, AttemptOutcome outcome, boolean doubtful) {
        return switch (outcome.code()) {
            case ABANDONED -> new GiveUp(ErrorCode.ABANDONED);
            case CLIENT_CLOSED -> new GiveUp(doubtful ? ErrorCode.OUTCOME_UNKNOWN : ErrorCode.CLIENT_CLOSED);
            case DEADLINE_EXCEEDED_NOT_APPLIED -> again(Where.SAME, backoffMillis(facts));
            case QUORUM_LOST -> new Again(Where.OTHER, pauseOnceAllTried(facts), true, true);
            case LOCKED -> again(Where.SAME, Math.max(outcome.retryAfterMillis(), backoffMillis(facts)));
            default -> again(Where.OTHER, Math.max(outcome.retryAfterMillis(), pauseOnceAllTried(facts)));
        };
    }

    private static Again again(Where where, long delayMillis) {
        return new Again(where, delayMillis, false, true);
    }

    /** A replica that was not tried yet is tried at once; after a full round there is a pause. */
    private static long pauseOnceAllTried(OperationFacts facts) {
        return facts.untriedReplicas() > 0 ? 0 : backoffMillis(facts);
    }

    private static long backoffMillis(OperationFacts facts) {
        int doublings = Math.min(Math.max(0, facts.attempts() - 1), DOUBLINGS_MAX);
        return Math.min(BACKOFF_LONGEST_MILLIS, BACKOFF_FIRST_MILLIS << doublings);
    }

    /** Takes back a retry that would come too late, and slows one down that is beyond the budget. */
    private static RetryDecision affordable(
            OperationFacts facts, AttemptOutcome outcome, Again again, boolean doubtful) {
        Again affordable = again;
        boolean overBudget = again.charged() && !facts.budgetLeft();
        if (overBudget) {
            long delayMillis = Math.max(again.delayMillis(), NO_BUDGET_PAUSE_MILLIS);
            affordable = new Again(again.where(), delayMillis, again.refreshMap(), true);
        }
        if (affordable.delayMillis() < facts.remainingMillis()) {
            return affordable;
        }
        if (doubtful) {
            return facts.resolving() ? new GiveUp(ErrorCode.OUTCOME_UNKNOWN) : Resolve.INSTANCE;
        }
        return new GiveUp(overBudget ? ErrorCode.RETRY_BUDGET_EXHAUSTED : notApplied(outcome.code()));
    }

    /** The last refusal in the words of a caller, who does not care which server refused why. */
    private static ErrorCode notApplied(ErrorCode last) {
        if (last.family() == ErrorFamily.OVERLOADED || last.family() == ErrorFamily.UNAVAILABLE) {
            return last == ErrorCode.CONNECTION_LOST ? ErrorCode.UNAVAILABLE : last;
        }
        return last.family() == ErrorFamily.NOT_LEADER ? ErrorCode.NO_LEADER : ErrorCode.UNAVAILABLE;
    }
}
