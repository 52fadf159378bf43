package io.ringkv.server.storage.mapdb;

import io.ringkv.server.storage.StoreException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stops a store from growing into the last free space of its disk. Asks the disk once per few megabytes written, not per
 * write. One thread.
 */
final class FreeSpace {

    private static final long CHECK_EVERY_BYTES = 1L << 20;

    private final FileStore disk;
    private final long reserveBytes;
    private long writtenSinceCheck = CHECK_EVERY_BYTES;

    private FreeSpace(FileStore disk, long reserveBytes) {
        this.disk = disk;
        this.reserveBytes = reserveBytes;
    }

    /** For a store in this directory. */
    static FreeSpace of(Path directory, long reserveBytes) throws IOException {
        return new FreeSpace(Files.getFileStore(directory), reserveBytes);
    }

    /**
     * To be called before each write.
     *
     * @throws StoreException if the reserve is reached
     */
    void beforeWriting(int bytes) {
        writtenSinceCheck += bytes;
        if (writtenSinceCheck < CHECK_EVERY_BYTES) {
            return;
        }
        writtenSinceCheck = 0;
        long free = freeBytes();
        if (free < reserveBytes) {
            // Ask again at the next write: space may come back, and a store that goes on unasked could kill the
            // process.
            writtenSinceCheck = CHECK_EVERY_BYTES;
            throw new StoreException("DISK_FULL: " + free + " bytes are free on " + disk + ", the store leaves "
                    + reserveBytes + " to the log.");
        }
    }

    private long freeBytes() {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            throw new StoreException("DISK_FAILED: the free space of " + disk + " cannot be told.", e);
        }
    }
}
