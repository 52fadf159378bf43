package io.ringkv.testing.lab.history;

import java.util.Objects;

/**
 * One operation of one process, from call to outcome. Immutable.
 *
 * <p>Two operations are ordered if one was completed before the other was invoked, by {@link #completed} and
 * {@link #invoked}; times are for people. An operation of unknown outcome is never completed.
 *
 * @param process who did it; a process does one at a time, and none after one of unknown outcome
 * @param function what it does
 * @param key what it does it to; empty if there is only one thing
 * @param input what it was given
 * @param output what it has returned
 * @param outcome how it ended
 * @param error why it failed, as a short word; empty if it did not
 * @param startNanos time of the call on the clock of the history
 * @param endNanos time when the caller had the outcome, or stopped waiting
 * @param invoked place of the call among all events of the history
 * @param completed place of the outcome, {@link #NEVER} if it is unknown
 */
public record Operation(
        long process,
        Function function,
        String key,
        Datum input,
        Datum output,
        Outcome outcome,
        String error,
        long startNanos,
        long endNanos,
        int invoked,
        int completed) {

    /** Place of an outcome that is unknown: after everything. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** Error of a conditional change that was refused because the condition did not hold; the output is what was there. */
    public static final String REFUSED = "refused";

    /** As above, but what was there instead is not known. */
    public static final String REFUSED_UNSEEN = "refused-unseen";

    /** @throws IllegalArgumentException if it ends before it starts */
    public Operation {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(error, "error");
        if (endNanos < startNanos) {
            throw new IllegalArgumentException(function.text() + " from " + startNanos + " to " + endNanos);
        }
    }

    /** An operation whose place among the others is not known yet. */
    public static Operation unplaced(
            long process,
            Function function,
            String key,
            Datum input,
            Datum output,
            Outcome outcome,
            String error,
            long startNanos,
            long endNanos) {
        return new Operation(process, function, key, input, output, outcome, error, startNanos, endNanos, 0, NEVER);
    }

    /** The same at this place. */
    public Operation at(int newInvoked, int newCompleted) {
        return new Operation(
                process, function, key, input, output, outcome, error, startNanos, endNanos, newInvoked, newCompleted);
    }

    /** Whether it certainly happened. */
    public boolean isOk() {
        return outcome == Outcome.OK;
    }

    /** Whether it may have happened: it did, or nobody knows. */
    public boolean mayHaveHappened() {
        return outcome != Outcome.FAIL;
    }

    /** Whether it is a conditional change whose condition did not hold: an answer, and no failure. */
    public boolean isRefused() {
        return outcome == Outcome.FAIL && (error.equals(REFUSED) || error.equals(REFUSED_UNSEEN));
    }

    /** Whether the store did its duty: it happened, or was refused for a condition. */
    public boolean succeeded() {
        return isOk() || isRefused();
    }

    /** Whether it had its outcome before the other was called. */
    public boolean precedes(Operation other) {
        return completed < other.invoked;
    }

    /** For people: {@code process 3: cas a [1, 2] -> ok}. */
    @Override
    public String toString() {
        String result = outcome == Outcome.INFO
                ? "unknown"
                : outcome.text() + (output == Datum.nothing() && !function.isRead() ? "" : " " + output);
        return "process " + process + ": " + function.text() + (key.isEmpty() ? "" : " " + key)
                + (input == Datum.nothing() ? "" : " " + input) + " -> " + result
                + (error.isEmpty() ? "" : " (" + error + ")");
    }
}
