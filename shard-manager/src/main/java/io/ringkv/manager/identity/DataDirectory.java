package io.ringkv.manager.identity;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.raft.DirectoryLock;
import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The data directory of one manager, locked against other processes while it is open.
 *
 * <pre>
 * lock       held by the process that uses the directory
 * identity   who the manager is
 * raft/      log and snapshots of its group
 * running    there while the process runs, and after it did not stop in good order
 * run.json   process id and addresses, while the process runs
 * </pre>
 *
 * <p>Written by one thread at a time; read by any.
 */
public final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "lock";
    private static final String IDENTITY = "identity";
    private static final String RAFT = "raft";
    private static final List<String> OURS =
            List.of(LOCK, IDENTITY, IDENTITY + ".new", RAFT, RunMarker.FILE, "run.json");

    private final Path path;
    private final DirectoryLock lock;
    private volatile ManagerIdentity identity;

    private DataDirectory(Path path, DirectoryLock lock, ManagerIdentity identity) {
        this.path = path;
        this.lock = lock;
        this.identity = identity;
    }

    /**
     * Opens a directory; one that is missing or empty becomes that of a new manager.
     *
     * @param newId mints the identity of a new manager
     * @throws RingKvException {@code DATA_DIRECTORY_LOCKED}, {@code DATA_DIRECTORY_FOREIGN} or {@code
     *     DATA_DIRECTORY_UNREADABLE}
     */
    public static DataDirectory open(Path directory, Supplier<ManagerId> newId) {
        Path path = directory.toAbsolutePath().normalize();
        try {
            DurableFiles.createDirectories(path);
            refuseForeign(path);
            DirectoryLock lock = DirectoryLock.take(path);
            try {
                return new DataDirectory(path, lock, readOrMint(path, newId));
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static RingKvException unreadable(Path path, IOException cause) {
        return new RingKvException(
                ErrorCode.DATA_DIRECTORY_UNREADABLE, "The data directory " + path + " cannot be used", cause);
    }

    /** A directory with anything in it that no manager puts there is somebody else's. */
    private static void refuseForeign(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            List<String> strange = entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !OURS.contains(name))
                    .sorted()
                    .toList();
            boolean isManagers = Files.exists(path.resolve(IDENTITY));
            if (!strange.isEmpty() && !isManagers) {
                throw foreign(path, "it holds " + strange.get(0) + " and no identity of a manager");
            }
        }
    }

    private static RingKvException foreign(Path path, String reason) {
        return RingKvException.builder(ErrorCode.DATA_DIRECTORY_FOREIGN)
                .sentence("The data directory " + path + " is not one of a manager")
                .reason(reason)
                .build();
    }

    private static ManagerIdentity readOrMint(Path path, Supplier<ManagerId> newId) throws IOException {
        Path file = path.resolve(IDENTITY);
        if (Files.exists(file)) {
            try {
                return IdentityText.read(Files.readString(file));
            } catch (IllegalArgumentException e) {
                throw foreign(path, "The file identity cannot be used: " + e.getMessage());
            }
        }
        if (Files.exists(path.resolve(RAFT))) {
            throw foreign(path, "it holds a log, but no identity");
        }
        ManagerIdentity fresh = ManagerIdentity.fresh(newId.get());
        write(path, fresh);
        return fresh;
    }

    private static void write(Path path, ManagerIdentity identity) throws IOException {
        DurableFiles.replace(
                path.resolve(IDENTITY), IdentityText.write(identity).getBytes(StandardCharsets.UTF_8));
    }

    /** Where it is, absolute. */
    public Path path() {
        return path;
    }

    /** Where Raft keeps its files. */
    public Path raftDirectory() {
        return path.resolve(RAFT);
    }

    /** Who the manager is. */
    public ManagerIdentity identity() {
        return identity;
    }

    /**
     * Replaces the identity, durably.
     *
     * @throws RingKvException {@code DATA_DIRECTORY_UNREADABLE} if it cannot be written
     */
    public void store(ManagerIdentity newer) {
        try {
            write(path, newer);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        identity = newer;
    }

    /** Gives the directory free for others. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }
}
