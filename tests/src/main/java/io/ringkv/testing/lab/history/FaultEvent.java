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
    /** Not null. */
    public FaultEvent {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(value, "value");
    }
}
