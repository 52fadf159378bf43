package io.ringkv.testing.lab.history;

import java.util.Objects;

/**
 * Something that was done to the cluster. Immutable.
 *
 * @param timeNanos when, on the clock of the history
 * @param function what, such as {@code kill}
 * @param value to whom, or what came of it
 */
public record FaultEvent(long timeNanos, String function, Datum value) {
    /** End of the name of an event that undoes what begins with the same name and the same value. */
    public static final String UNDONE = "-undone";

    /** Not null. */
    public FaultEvent {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(value, "value");
    }

    /** Whether it undoes an earlier one. */
    public boolean isUndoing() {
        return function.endsWith(UNDONE);
    }
}
