package io.ringkv.server.barrier;

/**
 * Limits of the barrier.
 *
 * @param hedgeMillis when the servers asked first have not answered by then, the others are asked too; 1 or more
 * @param roundTimeoutMillis a round that is not over by then fails; above {@code hedgeMillis}. A read may have to wait for
 *     the round under way and for its own, so twice as long
 * @param deposeAfterMillis a leader whose rounds have failed for so long, without one that succeeded, steps down
 * @param waitersMax most reads that may wait for an answer at a time, be it for a round or until the replica has applied
 *     what was committed; more are refused with OVERLOADED
 */
public record BarrierSettings(long hedgeMillis, long roundTimeoutMillis, long deposeAfterMillis, int waitersMax) {
    /** Checks that the limits fit together. */
    public BarrierSettings {
        if (hedgeMillis < 1 || roundTimeoutMillis <= hedgeMillis || deposeAfterMillis < 1 || waitersMax < 1) {
            throw new IllegalArgumentException("barrier: hedge " + hedgeMillis + " ms, timeout " + roundTimeoutMillis
                    + " ms, depose after " + deposeAfterMillis + " ms, waiters " + waitersMax
                    + " (expected: all 1 or more, timeout above hedge)");
        }
    }

    /** For servers in one data centre. */
    public static BarrierSettings defaults() {
        return new BarrierSettings(8, 800, 1_000, 65_536);
    }
}
