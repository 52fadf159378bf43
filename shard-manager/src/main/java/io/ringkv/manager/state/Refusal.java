package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.Objects;

/**
 * Why a command had no effect. An ordinary answer, the same on every member.
 *
 * @param code what kind of refusal it is
 * @param sentence what is refused, naming limit and value
 * @param advice what to do next; empty for the advice of the code
 */
public record Refusal(ErrorCode code, String sentence, String advice) {

    /** None may be null. */
    public Refusal {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(sentence, "sentence");
        Objects.requireNonNull(advice, "advice");
    }

    /** A refusal with the advice of its code. */
    public static Refusal of(ErrorCode code, String sentence) {
        return new Refusal(code, sentence, "");
    }

    /** The refusal as a failure to be thrown or sent. */
    public RingKvException toException() {
        RingKvException.Builder builder = RingKvException.builder(code).sentence(sentence);
        return (advice.isEmpty() ? builder : builder.advice(advice)).build();
    }
}
