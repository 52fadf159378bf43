package io.ringkv.raft;

import io.ringkv.common.time.NanoClock;
import java.io.IOException;

/**
 * Keeps count of what happened since the last snapshot, and of what of the log is no longer needed.
 *
 * <p>Invariants: what {@link #purgeableIndex} says never falls while the machine is open, and a snapshot at or above it is on
 * disk besides the newest one.
 *
 * <p>One thread at a time.
 */
final class SnapshotProgress {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SnapshotDirectory directory;
    private final SnapshotSchedule schedule;
    private final NanoClock clock;

    private boolean requested;
    private boolean underWay;
    private long appliedIndex = -1;
    private long bytesSince;
    private long sinceNanos;
    private long lastBytes;
    private long newestIndex = -1;
    private long purgeableIndex = -1;

    SnapshotProgress(SnapshotDirectory directory, SnapshotSchedule schedule, NanoClock clock) {
        this.directory = directory;
        this.schedule = schedule;
        this.clock = clock;
        this.sinceNanos = clock.nanos();
    }

    /** Begins to count at the snapshot in use, with the state at this index. */
    void startOver(long index) {
        SnapshotDirectory.Snapshot latest = directory.latest();
        newestIndex = latest == null ? -1 : latest.position().index();
        purgeableIndex = -1;
        appliedIndex = index;
        bytesSince = 0;
        sinceNanos = clock.nanos();
        underWay = false;
        requested = false;
    }

    void applied(long index, int bytes) {
        appliedIndex = index;
        bytesSince += bytes;
    }

    void request() {
        requested = true;
    }

    /** Whether the machine should begin a snapshot, or look after the one it began. */
    boolean wanted() {
        if (underWay) {
            return true;
        }
        long entriesSince = appliedIndex - newestIndex;
        long ageMillis = (clock.nanos() - sinceNanos) / NANOS_PER_MILLI;
        return entriesSince > 0 && (requested || schedule.due(entriesSince, bytesSince, ageMillis, lastBytes));
    }

    /** Notes that a snapshot is under way; changes nothing if it was before. */
    void begin() {
        if (!underWay) {
            underWay = true;
            requested = false;
            bytesSince = 0;
            sinceNanos = clock.nanos();
        }
    }

    /** Takes over a snapshot that has been written. */
    void finish(RatisStateMachine.FinishedSnapshot finished) throws IOException {
        underWay = false;
        long index = finished.position().index();
        if (index <= newestIndex) {
            DurableFiles.deleteTree(finished.file());
            return;
        }
        directory.publish(finished.file(), finished.position());
        purgeableIndex = newestIndex;
        newestIndex = index;
        lastBytes = finished.sizeBytes();
    }

    /** Index up to which the log is not needed any more: that of the snapshot before the newest. -1 = none. */
    long purgeableIndex() {
        return purgeableIndex;
    }
}
