package io.ringkv.client.retry;

import io.ringkv.common.error.ErrorCode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of one attempt, that is of one sending of a request to one server.
 *
 * @param kind what can be said about its effect
 * @param code the code answered; {@code OK} for success, {@code CONNECTION_LOST} if there was no answer
 * @param leaderNamed whether the answer names another server as leader
 * @param mapImproved whether the answer taught the router a newer record of the shard
 * @param retryAfterMillis how long the server asks to stay away, 0 if it does not
 */
public record AttemptOutcome(
        Kind kind, ErrorCode code, boolean leaderNamed, boolean mapImproved, long retryAfterMillis) {

    /** What can be said about the effect of an attempt. */
    public enum Kind {
        /** The shard's answer to the request, success or a refused condition. */
        ANSWERED,
        /** This attempt had no effect and never will have. */
        REFUSED,
        /** This attempt may have had an effect, or may still have one. */
        IN_DOUBT
    }

    private static final Map<ErrorCode, AttemptOutcome> ANSWERS = answers();

    private static Map<ErrorCode, AttemptOutcome> answers() {
        Map<ErrorCode, AttemptOutcome> answers = new EnumMap<>(ErrorCode.class);
        for (ErrorCode code : ErrorCode.values()) {
            if (isAnswer(code)) {
                answers.put(code, new AttemptOutcome(Kind.ANSWERED, code, false, false, 0));
            }
        }
        return Collections.unmodifiableMap(answers);
    }

    /** Neither may be null. */
    public AttemptOutcome {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(code, "code");
    }

    /** The outcome that a reply with this code stands for if it is the shard's answer to the request; else null. */
    public static @Nullable AttemptOutcome answer(ErrorCode code) {
        return ANSWERS.get(code);
    }

    /**
     * The outcome that a reply stands for.
     *
     * @param write whether the request could change anything
     * @param notProposed whether the server says that the attempt left no trace in a log
     */
    public static AttemptOutcome ofReply(
            boolean write,
            ErrorCode code,
            boolean notProposed,
            boolean leaderNamed,
            boolean mapImproved,
            long retryAfterMillis) {
        AttemptOutcome answer = answer(code);
        if (answer != null) {
            return answer;
        }
        Kind kind = write && !notProposed && mayHaveBeenProposed(code) ? Kind.IN_DOUBT : Kind.REFUSED;
        return new AttemptOutcome(kind, code, leaderNamed, mapImproved, retryAfterMillis);
    }

    /** The outcome if the connection ended, or could not be made, before the request left. */
    public static AttemptOutcome notSent() {
        return new AttemptOutcome(Kind.REFUSED, ErrorCode.CONNECTION_LOST, false, false, 0);
    }

    /** The outcome if the connection ended after the request left and before an answer came. */
    public static AttemptOutcome unanswered(boolean write) {
        return new AttemptOutcome(write ? Kind.IN_DOUBT : Kind.REFUSED, ErrorCode.CONNECTION_LOST, false, false, 0);
    }

    private static boolean isAnswer(ErrorCode code) {
        return switch (code.family()) {
            case OK, NOT_FOUND, CONDITION_FAILED -> true;
            default -> false;
        };
    }

    /**
     * Whether an attempt refused with this code, without a word about the log, may have reached it. A leader that loses its
     * office after it appended an entry refuses too; so families that tell of the server's condition prove nothing by
     * themselves. All others are given before proposal or by the shard's log itself.
     */
    private static boolean mayHaveBeenProposed(ErrorCode code) {
        return switch (code.family()) {
            case NOT_LEADER, OUTCOME_UNKNOWN, INTERNAL -> true;
            case UNAVAILABLE ->
                code != ErrorCode.ABANDONED
                        && code != ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED
                        && code != ErrorCode.LOCKED;
            default -> false;
        };
    }
}
