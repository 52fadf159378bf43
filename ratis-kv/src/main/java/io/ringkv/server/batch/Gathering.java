package io.ringkv.server.batch;

/**
 * Decides when the operations that wait for a shard are proposed as one entry. Pure: time comes in as a parameter.
 *
 * <p>While an entry is in flight everything waits. When it completes with {@code k} operations while {@code q} more are
 * waiting, closed-loop callers will soon have sent {@code k + q}: the next entry waits for as many, but no longer than the
 * linger. Without it callers split into two cohorts that alternate, in entries half as large. A lone caller never waits,
 * because after its entry of one operation one operation is expected.
 *
 * @param expectedOperations propose as soon as so many wait, 1 or more
 * @param untilNanos propose what waits at this reading of the clock, whatever was expected
 */
public record Gathering(int expectedOperations, long untilNanos) {

    /** There is nothing to propose. */
    public static final long NOTHING = -1;

    /** Propose now. */
    public static final long NOW = 0;

    public Gathering {
        if (expectedOperations < 1) {
            throw new IllegalArgumentException("expected operations: " + expectedOperations + " (expected: >= 1)");
        }
    }

    /** At the start, and after a failure: nothing is known of the callers, so the first operation leaves at once. */
    public static Gathering eager(long nowNanos) {
        return new Gathering(1, nowNanos);
    }

    /**
     * After an entry completed.
     *
     * @param completed operations of that entry
     * @param waiting operations that waited at that moment, before any caller saw its result
     */
    public static Gathering afterEntry(int completed, int waiting, BatchLimits limits, long nowNanos) {
        long expected = Math.min((long) completed + waiting, limits.entryOperationsMax());
        return new Gathering((int) Math.max(1, expected), nowNanos + limits.lingerNanos());
    }

    /**
     * What to do with what waits, when no entry is in flight.
     *
     * @param waitingOperations operations that wait
     * @param waitingBytes their bytes
     * @return {@link #NOTHING}, {@link #NOW}, or after how many nanoseconds to ask again
     */
    public long delayNanos(int waitingOperations, long waitingBytes, BatchLimits limits, long nowNanos) {
        if (waitingOperations == 0) {
            return NOTHING;
        }
        boolean enough = waitingOperations >= expectedOperations || waitingBytes >= limits.entryBytesMax();
        // Readings of a monotonic clock may only be compared by their difference.
        return enough ? NOW : Math.max(NOW, untilNanos - nowNanos);
    }
}
