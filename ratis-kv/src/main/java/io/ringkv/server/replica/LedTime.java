package io.ringkv.server.replica;

import io.ringkv.common.time.NanoClock;

/**
 * The time of a shard: milliseconds for which it has been led. A leader continues from what its state says, by a clock that
 * only goes forward; it stops while nobody leads and never jumps.
 *
 * @param baseMillis shard time of the state when this replica became ready to lead
 * @param sinceNanos reading of the clock at that moment
 */
record LedTime(long baseMillis, long sinceNanos) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Shard time now; never below the base. */
    long millis(NanoClock clock) {
        return baseMillis + Math.max(0, (clock.nanos() - sinceNanos) / NANOS_PER_MILLI);
    }
}
