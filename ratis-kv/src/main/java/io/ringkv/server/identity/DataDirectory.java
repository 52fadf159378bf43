package io.ringkv.server.identity;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.raft.DirectoryLock;
import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The data directory of one server, locked against other processes while it is open.
 *
 * <pre>
 * lock        held by the process that uses the directory
 * identity    who the server is
 * ledger      which replicas it has, had and must not have again
 * shard-map   the newest shard map it heard of
 * raft/       logs and snapshots, one directory per replica
 * store/      materialised states, one directory per replica
 * removed/    replicas that Raft was told to put aside
 * quarantine/ replicas whose files were not trusted
 * run.json    which process runs here, on which ports
 * </pre>
 *
 * <p>A directory without identity is a new server's only if it is empty: data whose identity was lost must not come back
 * under another one. Written by one thread at a time; read by any.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String IDENTITY = "identity";

    /** What an identity may be missing beside: it is made right after the lock, and before anything else. */
    private static final List<String> BEFORE_IDENTITY = List.of("lock", IDENTITY, IDENTITY + ".new");

    private final Path path;
    private final DirectoryLock lock;
    private volatile ServerIdentity identity;

    private DataDirectory(Path path, DirectoryLock lock, ServerIdentity identity) {
        this.path = path;
        this.lock = lock;
        this.identity = identity;
    }

    /**
     * Opens a directory; one that is missing or empty becomes that of a new server.
     *
     * @param newId mints the identity of a new server
     * @throws RingKvException {@code DATA_DIRECTORY_LOCKED}, {@code DATA_DIRECTORY_FOREIGN} or {@code
     *     DATA_DIRECTORY_UNREADABLE}
     */
    public static DataDirectory open(Path directory, Supplier<ServerId> newId) {
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
        } catch (FileAlreadyExistsException e) {
            throw foreign(path, "A file is in its place: " + e.getFile());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Looked at before the lock is taken, so that nothing is written into a directory of somebody else. */
    private static void refuseForeign(Path path) throws IOException {
        if (Files.exists(path.resolve(IDENTITY))) {
            return;
        }
        try (Stream<Path> entries = Files.list(path)) {
            entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !BEFORE_IDENTITY.contains(name))
                    .sorted()
                    .findFirst()
                    .ifPresent(name -> {
                        throw foreign(path, "It holds \"" + name + "\", but no identity of a server");
                    });
        }
    }

    private static ServerIdentity readOrMint(Path path, Supplier<ServerId> newId) throws IOException {
        Path file = path.resolve(IDENTITY);
        if (Files.exists(file)) {
            return read(path, file);
        }
        ServerIdentity fresh = ServerIdentity.fresh(newId.get());
        write(file, fresh);
        return fresh;
    }

    private static ServerIdentity read(Path path, Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        if (!IdentityText.isOfServer(text)) {
            throw foreign(path, "Its file \"" + IDENTITY + "\" is of something else");
        }
        try {
            return IdentityText.read(text);
        } catch (IllegalArgumentException e) {
            throw RingKvException.builder(ErrorCode.DATA_DIRECTORY_UNREADABLE)
                    .sentence("The identity of the server in " + path + " cannot be read")
                    .reason("Of the file \"" + IDENTITY + "\", " + e.getMessage())
                    .advice("Restore the file, or start a new server with an empty directory and remove this one")
                    .detail("directory", path)
                    .build();
        }
    }

    private static void write(Path file, ServerIdentity identity) throws IOException {
        DurableFiles.replace(file, IdentityText.write(identity).getBytes(StandardCharsets.UTF_8));
    }

    private static RingKvException foreign(Path path, String reason) {
        return RingKvException.builder(ErrorCode.DATA_DIRECTORY_FOREIGN)
                .sentence("The data directory " + path + " is not that of a server")
                .reason(reason)
                .advice("Give the right directory, or an empty one to start a new server")
                .detail("directory", path)
                .build();
    }

    private static RingKvException unreadable(Path path, IOException cause) {
        return new RingKvException(
                ErrorCode.DATA_DIRECTORY_UNREADABLE, "The data directory " + path + " cannot be used", cause);
    }

    /** Where it is, absolute. */
    public Path path() {
        return path;
    }

    /** A file or directory in it. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Who the server is. */
    public ServerIdentity identity() {
        return identity;
    }

    /**
     * Replaces the identity, durably.
     *
     * @throws RingKvException {@code DATA_DIRECTORY_UNREADABLE} if it cannot be written
     */
    public void store(ServerIdentity newer) {
        if (newer.equals(identity)) {
            return;
        }
        try {
            write(path.resolve(IDENTITY), newer);
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
