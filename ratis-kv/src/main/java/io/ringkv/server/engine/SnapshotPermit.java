package io.ringkv.server.engine;

import io.ringkv.server.disk.DiskSpace;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one snapshot be written at a time in a process, because it takes a disk and a core; and none for which there may not
 * be room, because one that fails half-way takes from the log the space that it needs. Thread-safe.
 */
public final class SnapshotPermit {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPermit.class);

    private final DiskSpace space;
    private final long reserveBytes;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile boolean waitsForRoom;

    /** For a disk that nothing is known of. */
    public SnapshotPermit() {
        this(DiskSpace.UNKNOWN, 0);
    }

    /**
     * For snapshots that are written to this disk.
     *
     * @param reserveBytes a snapshot leaves so much free
     */
    public SnapshotPermit(DiskSpace space, long reserveBytes) {
        this.space = space;
        this.reserveBytes = reserveBytes;
    }

    /**
     * Takes the permit unless somebody has it or there is no room. Never waits.
     *
     * @param bytes about as large as the snapshot will be
     */
    boolean tryTake(long bytes) {
        return taken.compareAndSet(false, true) && (hasRoom(bytes) || refuse());
    }

    private boolean refuse() {
        giveBack();
        return false;
    }

    private boolean hasRoom(long bytes) {
        long free = space.freeBytes();
        boolean room = space.totalBytes() == 0 || free - bytes >= reserveBytes;
        if (room == waitsForRoom) {
            waitsForRoom = !room;
            if (room) {
                LOG.info("event=snapshots-go-on freeBytes={}", free);
            } else {
                LOG.warn(
                        "event=snapshots-wait-for-space neededBytes={} freeBytes={} reserveBytes={}",
                        bytes,
                        free,
                        reserveBytes);
            }
        }
        return room;
    }

    /** Gives it back. */
    void giveBack() {
        taken.set(false);
    }
}
