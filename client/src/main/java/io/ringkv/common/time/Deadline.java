package io.ringkv.common.time;

import java.time.Duration;

/**
 * An instant of a {@link NanoClock} by which something must be done. Meaningful only with the clock it was made from.
 *
 * @param atNanos reading of the clock at the deadline
 */
public record Deadline(long atNanos) {

    /** Longer waits are cut to this, so that differences of readings cannot overflow. About 146 years. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The deadline that lies {@code wait} from now; a negative wait lies in the past. */
    public static Deadline after(NanoClock clock, Duration wait) {
        return new Deadline(clock.nanos() + saturatedNanos(wait));
    }

    /** The deadline that lies {@code millis} milliseconds from now. */
    public static Deadline afterMillis(NanoClock clock, long millis) {
        return after(clock, Duration.ofMillis(millis));
    }

    private static long saturatedNanos(Duration wait) {
        Duration longest = Duration.ofNanos(LONGEST_NANOS);
        if (wait.compareTo(longest) > 0) {
            return LONGEST_NANOS;
        }
        return wait.compareTo(longest.negated()) < 0 ? -LONGEST_NANOS : wait.toNanos();
    }

    /** Nanoseconds left; 0 or less when the deadline has passed. */
    public long remainingNanos(NanoClock clock) {
        return atNanos - clock.nanos();
    }

    /**
     * Milliseconds left, rounded up, so that 0 means that the deadline has passed and waiting for this long is never too
     * short; never negative.
     */
    public long remainingMillis(NanoClock clock) {
        long nanos = remainingNanos(clock);
        return nanos <= 0 ? 0 : (nanos - 1) / NANOS_PER_MILLI + 1;
    }

    /** Whether the deadline has passed. */
    public boolean isExpired(NanoClock clock) {
        return remainingNanos(clock) <= 0;
    }

    /** The earlier of two deadlines of the same clock. */
    public Deadline earlier(Deadline other) {
        return atNanos - other.atNanos <= 0 ? this : other;
    }
}
