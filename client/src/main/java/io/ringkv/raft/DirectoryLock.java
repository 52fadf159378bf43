package io.ringkv.raft;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * The right of one process to use a directory: a lock on the file {@code lock} in it, which the system releases when the
 * process ends, however it ends. The file says which process holds it.
 *
 * <p>Thread-safe.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "lock";

    /**
     * What this JVM holds. Asking the system is not enough: POSIX drops all locks a process has on a file as soon as it
     * closes any descriptor of that file, so a refused second attempt inside one JVM would end the first one's lock.
     */
    private static final Set<Path> HELD_HERE = new HashSet<>();

    private final Path directory;
    private final FileChannel file;

    private DirectoryLock(Path directory, FileChannel file) {
        this.directory = directory;
        this.file = file;
    }

    /**
     * Locks a directory, which exists.
     *
     * @throws RingKvException {@code DATA_DIRECTORY_LOCKED}, naming the process that holds it if that is known
     * @throws IOException if the lock file cannot be written
     */
    public static DirectoryLock take(Path directory) throws IOException {
        Path real = directory.toRealPath();
        Path path = real.resolve(FILE);
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(real)) {
                throw locked(directory, ownPid());
            }
            FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = file.tryLock();
                if (lock == null) {
                    throw locked(directory, holder(path));
                }
                writeHolder(file);
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
            HELD_HERE.add(real);
            return new DirectoryLock(real, file);
        }
    }

    private static void writeHolder(FileChannel file) throws IOException {
        file.truncate(0);
        file.write(ByteBuffer.wrap((ownPid() + "\n").getBytes(StandardCharsets.US_ASCII)));
    }

    private static String ownPid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    /** Not to be called for what this JVM holds: closing the file would end the lock. */
    private static String holder(Path path) {
        try {
            return Files.readString(path, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static RingKvException locked(Path directory, String pid) {
        boolean known = !pid.isEmpty() && pid.chars().allMatch(c -> c >= '0' && c <= '9');
        return RingKvException.builder(ErrorCode.DATA_DIRECTORY_LOCKED)
                .sentence((known ? "Process " + pid : "Another process") + " uses the data directory " + directory)
                .detail("directory", directory)
                .build();
    }

    /** Gives the directory free. */
    @Override
    public void close() throws IOException {
        synchronized (HELD_HERE) {
            if (file.isOpen()) {
                HELD_HERE.remove(directory);
                file.close();
            }
        }
    }
}
