package io.ringkv.server.storage.snapshot;

import java.io.IOException;
import java.nio.file.Path;

/** A snapshot file is cut, damaged, or of another shard or release. Nothing of it may be used. */
public final class SnapshotCorruptException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Names file and fault.
     *
     * @param fault what is wrong, as a clause
     */
    public SnapshotCorruptException(Path file, String fault) {
        super("SNAPSHOT_CORRUPT: The snapshot " + file + " cannot be used: " + fault
                + ". Keep it for study; an older one, or another replica, is used.");
    }
}
