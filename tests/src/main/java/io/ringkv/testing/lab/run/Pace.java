package io.ringkv.testing.lab.run;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * When a caller begins its next operation. In a closed loop at once; at a fixed rate when its turn has come, whatever the
 * store does: what a stall holds up then counts as latency. Used by one thread.
 */
final class Pace {
    private static final long LONGEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long intervalNanos;
    private long nextNanos;

    private Pace(long intervalNanos, long firstNanos) {
        this.intervalNanos = intervalNanos;
        this.nextNanos = firstNanos;
    }

    /** The next operation when the last one is done. */
    static Pace closedLoop() {
        return new Pace(0, 0);
    }

    /** Every so often; the callers of a run take turns. */
    static Pace every(long intervalNanos, long firstNanos) {
        return new Pace(intervalNanos, firstNanos);
    }

    /** Waits for the turn; returns when it was. */
    long await(Recorder clock, BooleanSupplier stop) {
        if (intervalNanos == 0) {
            return clock.nowNanos();
        }
        long due = nextNanos;
        nextNanos += intervalNanos;
        long left = due - clock.nowNanos();
        while (left > 0 && !stop.getAsBoolean()) {
            LockSupport.parkNanos(Math.min(left, LONGEST_SLEEP_NANOS));
            left = due - clock.nowNanos();
        }
        return due;
    }
}
