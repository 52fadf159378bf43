package io.ringkv.testing.process;

import java.util.Arrays;

/** Which values of a counter were acknowledged, and when. Written by one thread, read by any. */
final class Acknowledged {
    private long[] nanos = new long[1024];
    private long[] values = new long[1024];
    private int count;
    private long longestGapNanos;

    /** The counter has this value now. */
    synchronized void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        nanos[count] = System.nanoTime();
        values[count] = value;
        if (count > 0) {
            longestGapNanos = Math.max(longestGapNanos, nanos[count] - nanos[count - 1]);
        }
        count++;
    }

    /** The newest value; 0 before the first. */
    synchronized long value() {
        return count == 0 ? 0 : values[count - 1];
    }

    /** The newest value that was acknowledged before a reading of {@link System#nanoTime}; 0 if there was none. */
    synchronized long valueAt(long atNanos) {
        int found = Arrays.binarySearch(nanos, 0, count, atNanos);
        int before = (found >= 0 ? found : -found - 1) - 1;
        return before < 0 ? 0 : values[before];
    }

    /** Longest time between two acknowledgements that followed each other. */
    synchronized long longestGapMillis() {
        return longestGapNanos / 1_000_000;
    }
}
