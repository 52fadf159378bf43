package io.ringkv.server.batch;

/**
 * Decides when the operations that wait for a shard are proposed as one entry. Pure: time comes in as a parameter.
 *
 * <p>While an entry is in flight everything waits. When it completes with {@code k} operations while {@code q} more are
 * waiting, closed-loop callers will soon have sent {@code k + q}: the next entry waits for as many, but no longer than the
 * linger, nor than the completed entry took from its proposal to its results. Without it callers split into two cohorts
 * that alternate, in entries half as large, and an entry costs far more than an operation. A lone caller never waits,
 * because after its entry of one operation one operation is expected. Where the callers stay away, a write waits at most
 * once as long as it would have waited had it just missed an entry: on an idle cluster about a millisecond, on a loaded
 * one, where large entries are worth most, up to the linger.
 *
 * @param expectedOperations propose as soon as so many wait, 1 or more
 * @param untilNanos propose what waits at this reading of the clock, whatever was expected
 */
public record Gathering(int expectedOperations, long untilNanos) {

    /**
     * An entry of so many operations does not wait for more: its own cost no longer counts beside theirs, and while it
     * travels the others can gather. An entry costs about as much as fifty operations (docs/performance.md).
     */
    static final int LARGE_ENOUGH = 128;

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
     * @param tookNanos time from the entry's proposal to its results
     */
    public static Gathering afterEntry(int completed, int waiting, long tookNanos, BatchLimits limits, long nowNanos) {
        long expected = Math.min((long) completed + waiting, Math.min(LARGE_ENOUGH, limits.entryOperationsMax()));
        long linger = Math.max(0, Math.min(tookNanos, limits.lingerNanos()));
        return new Gathering((int) Math.max(1, expected), nowNanos + linger);
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
