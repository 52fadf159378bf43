package io.ringkv.testing.ratis;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, never for time. */
final class Await {
    /** Far above what any step takes on a loaded machine; only a broken test waits that long. */
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

    private Await() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param what the condition in words, for the failure
     * @param state what the world looks like, for the failure
     * @throws AssertionError if it does not hold within the {@link #DEADLINE}, or the thread is interrupted
     */
    static void until(String what, BooleanSupplier condition, Supplier<String> state) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > DEADLINE.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Waited in vain until " + what + ".\n" + state.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
