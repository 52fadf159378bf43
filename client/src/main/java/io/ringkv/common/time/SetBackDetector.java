package io.ringkv.common.time;

import java.util.OptionalLong;

/**
 * Notices that the time of day was set back, by comparing it with a clock that only runs forward. Nothing of RingKV
 * decides by the time of day, but people who read logs do. Pure; used by one thread.
 */
public final class SetBackDetector {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long toleranceMillis;
    private long wallMillis;
    private long nanos;

    /**
     * Starts to compare.
     *
     * @param toleranceMillis what is no reason to speak: clocks are kept right in small steps all the time
     * @param wallMillis time of day now, milliseconds since 1970
     * @param nanos the other clock now
     */
    public SetBackDetector(long toleranceMillis, long wallMillis, long nanos) {
        this.toleranceMillis = toleranceMillis;
        this.wallMillis = wallMillis;
        this.nanos = nanos;
    }

    /**
     * Looks at both clocks.
     *
     * @return by how many milliseconds the time of day was set back since the last look; empty if it was not
     */
    public OptionalLong look(long wallMillisNow, long nanosNow) {
        long expectedMillis = wallMillis + (nanosNow - nanos) / NANOS_PER_MILLI;
        wallMillis = wallMillisNow;
        nanos = nanosNow;
        long backMillis = expectedMillis - wallMillisNow;
        return backMillis > toleranceMillis ? OptionalLong.of(backMillis) : OptionalLong.empty();
    }
}
