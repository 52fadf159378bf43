package io.ringkv.server.barrier;

/**
 * Limits of the barrier.
 *
 * @param hedgeMillis when the servers asked first have not answered by then, the others are asked too; 1 or more
 * @param roundTimeoutMillis a read that is not confirmed by then is refused; above {@code hedgeMillis}
 * @param deposeAfterMillis a leader that could confirm nothing for so long, though reads wait, steps down
 * @param waitersMax most reads that may wait at a time; more are refused with OVERLOADED
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
