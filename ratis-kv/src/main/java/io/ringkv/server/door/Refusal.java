package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ShardRecord;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not served.
 *
 * @param code what kind of refusal it is
 * @param message {@code CODE: sentence. cause. what to do next.}
 * @param notProposed true when this attempt certainly left no trace in a log
 * @param retryAfterMillis how long to stay away; 0 = nothing said
 * @param leader who leads the shard, when known
 * @param newerRecord record of the shard to ask instead; null when the sender's is as new
 */
record Refusal(
        ErrorCode code,
        String message,
        boolean notProposed,
        int retryAfterMillis,
        @Nullable ServerId leader,
        @Nullable ShardRecord newerRecord) {

    /** A refusal before anything was proposed. */
    static Refusal of(ErrorCode code, String sentence) {
        return new Refusal(code, text(code, sentence), true, 0, null, null);
    }

    /** A refusal by one of the common checks. */
    static Refusal of(RingKvException failure) {
        String message = String.valueOf(failure.getMessage());
        return new Refusal(failure.code(), message, true, (int) failure.retryAfterMillis(), null, null);
    }

    /** A refusal because of too much work. */
    static Refusal busy(ErrorCode code, String sentence, int retryAfterMillis) {
        return new Refusal(code, text(code, sentence), true, retryAfterMillis, null, null);
    }

    /** The attempt may have reached a log. */
    Refusal inDoubt() {
        return new Refusal(code, message, false, retryAfterMillis, leader, newerRecord);
    }

    Refusal withLeader(@Nullable ServerId known) {
        return new Refusal(code, message, notProposed, retryAfterMillis, known, newerRecord);
    }

    Refusal withRecord(@Nullable ShardRecord newer) {
        return new Refusal(code, message, notProposed, retryAfterMillis, leader, newer);
    }

    /** For a call or stream that fails as a whole. */
    RingKvException toException() {
        return RingKvException.fromWire(code.number(), message, retryAfterMillis);
    }

    /** The text of an error without the cost of an exception: refusals come in thousands when a leader is lost. */
    static String text(ErrorCode code, String sentence) {
        String stop = sentence.endsWith(".") ? " " : ". ";
        return code.name() + ": " + sentence + stop + code.advice();
    }
}
