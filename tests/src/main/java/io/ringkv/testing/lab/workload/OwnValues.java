package io.ringkv.testing.lab.workload;

/** Values that nobody else writes in this run: whole numbers, far apart, so that sums with small numbers stay unique. */
final class OwnValues {
    /** Distance between two values: increments add up to less. */
    static final long STEP = 1_000_000;

    private final int number;
    private final int callers;
    private long used;

    /**
     * @param number of the caller, from 0
     * @param callers how many there are at most
     */
    OwnValues(int number, int callers) {
        this.number = number;
        this.callers = callers;
    }

    /** The next value. */
    String next() {
        used++;
        return Long.toString((used * callers + number) * STEP);
    }
}
