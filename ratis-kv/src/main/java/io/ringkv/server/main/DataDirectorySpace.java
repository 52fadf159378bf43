package io.ringkv.server.main;

import io.ringkv.server.disk.DiskSpace;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Space on the disk that holds the data directory. Thread-safe. */
final class DataDirectorySpace implements DiskSpace {
    private final Path directory;

    DataDirectorySpace(Path directory) {
        this.directory = directory;
    }

    @Override
    public long freeBytes() {
        try {
            return disk().getUsableSpace();
        } catch (IOException unknown) {
            return 0;
        }
    }

    @Override
    public long totalBytes() {
        try {
            return disk().getTotalSpace();
        } catch (IOException unknown) {
            return 0;
        }
    }

    private FileStore disk() throws IOException {
        return Files.getFileStore(directory);
    }
}
