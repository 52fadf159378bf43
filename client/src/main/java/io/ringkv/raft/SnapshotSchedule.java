package io.ringkv.raft;

/**
 * Decides when a snapshot is due. Pure; times and counts are handed in.
 *
 * <p>What is weighed: without a snapshot, the log grows and a restart replays all of it; a snapshot writes the whole
 * state. The limits on entries and bytes therefore grow with the size of the last snapshot, so that at most about as many
 * bytes are written for snapshots as for the log. The age limit is for replicas that change little.
 *
 * @param entries entries since the last snapshot, for a state of up to {@code bytes}
 * @param bytes bytes of the log since the last snapshot, for a state of up to as many bytes
 * @param ageMillis age of the last snapshot, when anything happened since
 */
public record SnapshotSchedule(long entries, long bytes, long ageMillis) {
    /** The limits meant for use: a restart replays for a few seconds at most. */
    public static final SnapshotSchedule DEFAULT = new SnapshotSchedule(100_000, 64L << 20, 3_600_000);

    /** @throws IllegalArgumentException if a limit is not positive */
    public SnapshotSchedule {
        if (entries < 1 || bytes < 1 || ageMillis < 1) {
            throw new IllegalArgumentException("snapshot limits: " + entries + " entries, " + bytes + " bytes, "
                    + ageMillis + " ms (expected: 1 or more)");
        }
    }

    /**
     * Whether a snapshot should be taken now.
     *
     * @param entriesSince entries applied since the last snapshot
     * @param bytesSince their bytes
     * @param ageSinceMillis time since the last snapshot, or since the replica was opened
     * @param lastSnapshotBytes size of the last snapshot, 0 = none
     */
    public boolean due(long entriesSince, long bytesSince, long ageSinceMillis, long lastSnapshotBytes) {
        if (entriesSince <= 0) {
            return false;
        }
        double scale = Math.max(1.0, (double) lastSnapshotBytes / bytes);
        return entriesSince >= entries * scale || bytesSince >= bytes * scale || ageSinceMillis >= ageMillis;
    }
}
