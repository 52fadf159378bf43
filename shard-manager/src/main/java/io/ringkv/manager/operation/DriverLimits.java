package io.ringkv.manager.operation;

/**
 * How patient the driver is. Times are counted while the present manager leads; a new one is patient anew.
 *
 * @param voterSilentMillis a voter that has not answered the leader for so long keeps a step from beginning
 * @param voterBehindEntries so does one that lacks more committed entries than this
 * @param stepMillis after so long a step is given up and the operation undone
 * @param addMillis the same for catching up the target, which copies all of the shard's data
 * @param cleanMillis after so long a deletion is no longer waited for; the server is told to do it all the same
 * @param transferMillis after so long another voter is asked to lead
 * @param backoffMillis pause before the second attempt; twice as long before the third
 */
public record DriverLimits(
        long voterSilentMillis,
        long voterBehindEntries,
        long stepMillis,
        long addMillis,
        long cleanMillis,
        long transferMillis,
        long backoffMillis) {

    /** Usual values. */
    public static final DriverLimits USUAL = new DriverLimits(1_000, 1_000, 30_000, 600_000, 10_000, 5_000, 1_000);

    /** @throws IllegalArgumentException if a number is below 1 */
    public DriverLimits {
        if (voterSilentMillis < 1
                || voterBehindEntries < 1
                || stepMillis < 1
                || addMillis < 1
                || cleanMillis < 1
                || transferMillis < 1
                || backoffMillis < 1) {
            throw new IllegalArgumentException("driver limits: silent " + voterSilentMillis + ", behind "
                    + voterBehindEntries + ", step " + stepMillis + ", add " + addMillis + ", clean " + cleanMillis
                    + ", transfer " + transferMillis + ", backoff " + backoffMillis + " (expected: 1 or more each)");
        }
    }

    /** The same with other times after which steps are given up. */
    public DriverLimits withTimeouts(long newStepMillis, long newAddMillis) {
        return new DriverLimits(
                voterSilentMillis,
                voterBehindEntries,
                newStepMillis,
                newAddMillis,
                cleanMillis,
                transferMillis,
                backoffMillis);
    }
}
