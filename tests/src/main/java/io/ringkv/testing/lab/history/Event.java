package io.ringkv.testing.lab.history;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A line of a history file: a call or an outcome. Immutable.
 *
 * @param process who
 * @param outcome how the operation ended; null for the call
 * @param function what it does
 * @param key what it does it to
 * @param value what it was given, for the call; what it has returned, for an outcome
 * @param error why it failed; empty if it did not
 * @param timeNanos when
 */
public record Event(
        long process,
        @Nullable Outcome outcome,
        Function function,
        String key,
        Datum value,
        String error,
        long timeNanos) {
    /** Not null. */
    public Event {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(error, "error");
    }

    /** The call of an operation. */
    public static Event call(Operation operation) {
        return new Event(
                operation.process(),
                null,
                operation.function(),
                operation.key(),
                operation.input(),
                "",
                operation.startNanos());
    }

    /** The outcome of an operation. */
    public static Event outcome(Operation operation) {
        return new Event(
                operation.process(),
                operation.outcome(),
                operation.function(),
                operation.key(),
                operation.output(),
                operation.error(),
                operation.endNanos());
    }
}
