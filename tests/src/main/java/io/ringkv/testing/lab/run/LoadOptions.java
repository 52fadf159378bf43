package io.ringkv.testing.lab.run;

import java.time.Duration;

/**
 * How a run puts load on the store. Immutable.
 *
 * @param callers how many operations may be under way at a time: threads
 * @param clients over how many client instances the callers are spread
 * @param ratePerSecond operations per second of all callers together; 0 = as fast as answers come
 * @param timeout within which each operation must have its outcome
 * @param seed of what callers choose
 */
public record LoadOptions(int callers, int clients, double ratePerSecond, Duration timeout, long seed) {
    /** @throws IllegalArgumentException if a number is out of bounds */
    public LoadOptions {
        if (callers < 1 || callers > 1_024 || clients < 1 || clients > callers) {
            throw new IllegalArgumentException(callers + " callers with " + clients
                    + " clients (expected: 1 to 1024, and no more clients than that)");
        }
        if (!(ratePerSecond >= 0 && ratePerSecond <= 1e6)) {
            throw new IllegalArgumentException("rate: " + ratePerSecond + " (expected: 0 to 1000000)");
        }
    }
}
