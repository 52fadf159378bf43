package io.ringkv.server.replica;

import io.ringkv.common.time.NanoClock;

/**
 * The time of a shard: milliseconds for which it has been led. A leader continues from what its state says, by a clock that
 * only goes forward; it stops while nobody leads and never jumps.
 *
 * <p>Nor does it jump when the leader's process was stopped for a while, with all that its clients had sent it: between two
 * looks at most {@value #LOOK_MILLIS_MAX} ms pass. Else idle sessions would expire as soon as it goes on, before the requests
 * that wait in its connections are read, and a late copy of a write would find no session that knows it. A leader looks at
 * least every few seconds, for each entry and to find idle sessions.
 *
 * <p>Thread-safe.
 */
final class LedTime {
    /** Most that passes between two looks. */
    static final long LOOK_MILLIS_MAX = 10_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long baseMillis;
    private final NanoClock clock;
    private long lookedNanos;
    private long ledNanos;

    /**
     * Begins now.
     *
     * @param baseMillis shard time of the state when this replica became ready to lead
     */
    LedTime(long baseMillis, NanoClock clock) {
        this.baseMillis = baseMillis;
        this.clock = clock;
        this.lookedNanos = clock.nanos();
    }

    /** Shard time now; never below what it was before. */
    synchronized long millis() {
        long now = clock.nanos();
        long passed = now - lookedNanos;
        lookedNanos = now;
        ledNanos += Math.max(0, Math.min(passed, LOOK_MILLIS_MAX * NANOS_PER_MILLI));
        return baseMillis + ledNanos / NANOS_PER_MILLI;
    }
}
