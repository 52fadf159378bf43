package io.ringkv.manager.roster;

/**
 * When members change.
 *
 * @param replaceAfterMillis a member that does not answer for so long is replaced by a standby
 * @param changeMillis a change that takes longer is given up
 * @param silentMillis a voter that has not answered for so long does not count as well
 * @param behindEntries nor does one that lacks so many committed entries
 * @param standbySilentMillis a standby that was not heard for so long is not taken in
 */
public record RosterLimits(
        long replaceAfterMillis, long changeMillis, long silentMillis, long behindEntries, long standbySilentMillis) {

    /** What does well. */
    public static final RosterLimits USUAL = new RosterLimits(60_000, 30_000, 1_000, 1_000, 5_000);

    /** @throws IllegalArgumentException if a number is below 1 */
    public RosterLimits {
        if (replaceAfterMillis < 1
                || changeMillis < 1
                || silentMillis < 1
                || behindEntries < 1
                || standbySilentMillis < 1) {
            throw new IllegalArgumentException("limits of members: " + replaceAfterMillis + ", " + changeMillis + ", "
                    + silentMillis + ", " + behindEntries + ", " + standbySilentMillis + " (expected: 1 or more each)");
        }
    }

    /** The same with another time after which members are replaced. */
    public RosterLimits withReplaceAfterMillis(long millis) {
        return new RosterLimits(millis, changeMillis, silentMillis, behindEntries, standbySilentMillis);
    }

    /** The same with another time for one change. */
    public RosterLimits withChangeMillis(long millis) {
        return new RosterLimits(replaceAfterMillis, millis, silentMillis, behindEntries, standbySilentMillis);
    }
}
