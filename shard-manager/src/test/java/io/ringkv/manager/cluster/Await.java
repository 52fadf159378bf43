package io.ringkv.manager.cluster;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a generous deadline that only a broken system reaches. */
final class Await {

    private static final long DEADLINE_NANOS = 60_000_000_000L;
    private static final long STEP_NANOS = 5_000_000;

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come to pass: " + what);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }
}
