package io.ringkv.process;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
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
 * The data directory of one process, locked against others while it is open. It holds
 *
 * <pre>
 * lock        held by the process that uses the directory
 * identity    who the process is
 * run.json    process id and addresses, while the process runs
 * </pre>
 *
 * and what the kind of process keeps besides. A directory without identity is a new process' only if it is empty: data whose
 * identity was lost must not come back under another one. Written by one thread at a time; read by any.
 *
 * @param <I> the identity
 */
public final class DataDirectory<I> implements AutoCloseable {

    private static final String IDENTITY = "identity";

    /** What an identity may be missing beside: it is made right after the lock, and before anything else. */
    private static final List<String> BEFORE_IDENTITY = List.of("lock", IDENTITY, IDENTITY + ".new");

    private final Path path;
    private final IdentityFormat<I> format;
    private final DirectoryLock lock;
    private volatile I identity;

    private DataDirectory(Path path, IdentityFormat<I> format, DirectoryLock lock, I identity) {
        this.path = path;
        this.format = format;
        this.lock = lock;
        this.identity = identity;
    }

    /**
     * Opens a directory; one that is missing or empty becomes that of a new process.
     *
     * @param fresh mints the identity of a new process
     * @throws RingKvException {@code DATA_DIRECTORY_LOCKED}, {@code DATA_DIRECTORY_FOREIGN} or {@code
     *     DATA_DIRECTORY_UNREADABLE}
     */
    public static <I> DataDirectory<I> open(Path directory, IdentityFormat<I> format, Supplier<I> fresh) {
        Path path = directory.toAbsolutePath().normalize();
        try {
            DurableFiles.createDirectories(path);
            refuseForeign(path, format);
            DirectoryLock lock = DirectoryLock.take(path);
            try {
                return new DataDirectory<>(path, format, lock, readOrMint(path, format, fresh));
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw foreign(path, format, "A file is in its place: " + e.getFile());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Looked at before the lock is taken, so that nothing is written into a directory of somebody else. */
    private static void refuseForeign(Path path, IdentityFormat<?> format) throws IOException {
        if (Files.exists(path.resolve(IDENTITY))) {
            return;
        }
        try (Stream<Path> entries = Files.list(path)) {
            entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !BEFORE_IDENTITY.contains(name))
                    .sorted()
                    .findFirst()
                    .ifPresent(name -> {
                        throw foreign(path, format, "It holds \"" + name + "\", but no identity of a " + format.kind());
                    });
        }
    }

    private static <I> I readOrMint(Path path, IdentityFormat<I> format, Supplier<I> fresh) throws IOException {
        Path file = path.resolve(IDENTITY);
        if (Files.exists(file)) {
            return read(path, file, format);
        }
        I minted = fresh.get();
        write(file, format, minted);
        return minted;
    }

    private static <I> I read(Path path, Path file, IdentityFormat<I> format) throws IOException {
        // Bytes that are no text do not end the reading; the checksum finds them.
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        if (!IdentityText.isOf(format.kind(), text)) {
            throw foreign(path, format, "Its file \"" + IDENTITY + "\" is of something else");
        }
        try {
            return format.read(IdentityText.read(text));
        } catch (IllegalArgumentException e) {
            throw RingKvException.builder(ErrorCode.DATA_DIRECTORY_UNREADABLE)
                    .sentence("The identity of the " + format.kind() + " in " + path + " cannot be read")
                    .reason("Of the file \"" + IDENTITY + "\", " + e.getMessage())
                    .advice("Restore the file, or start a new " + format.kind()
                            + " with an empty directory and remove this one")
                    .detail("directory", path)
                    .build();
        }
    }

    private static <I> void write(Path file, IdentityFormat<I> format, I identity) throws IOException {
        String text = IdentityText.write(format.kind(), format.write(identity));
        DurableFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static RingKvException foreign(Path path, IdentityFormat<?> format, String reason) {
        return RingKvException.builder(ErrorCode.DATA_DIRECTORY_FOREIGN)
                .sentence("The data directory " + path + " is not that of a " + format.kind())
                .reason(reason)
                .advice("Give the right directory, or an empty one to start a new " + format.kind())
                .detail("directory", path)
                .build();
    }

    private static RingKvException unreadable(Path path, IOException cause) {
        return new RingKvException(
                ErrorCode.DATA_DIRECTORY_UNREADABLE, "The data directory " + path + " cannot be used", cause);
    }

    /**
     * Checks the configured label: one that differs most likely means that the directory is another process'.
     *
     * @param registered the label the process is known by, empty if it is not known yet
     * @param configured the wanted label, empty if any will do
     * @throws RingKvException {@code DATA_DIRECTORY_FOREIGN}
     */
    public void checkLabel(String registered, String configured) {
        if (!registered.isEmpty() && !configured.isEmpty() && !registered.equals(configured)) {
            throw RingKvException.builder(ErrorCode.DATA_DIRECTORY_FOREIGN)
                    .sentence("The data directory " + path + " is that of " + format.kind() + " " + registered
                            + ", and the label is set to " + configured)
                    .advice("Give the directory of " + configured + ", or leave the label as it was")
                    .build();
        }
    }

    /** Where it is, absolute. */
    public Path path() {
        return path;
    }

    /** A file or directory in it. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Who the process is. */
    public I identity() {
        return identity;
    }

    /**
     * Replaces the identity, durably.
     *
     * @throws RingKvException {@code DATA_DIRECTORY_UNREADABLE} if it cannot be written
     */
    public void store(I newer) {
        if (newer.equals(identity)) {
            return;
        }
        try {
            write(path.resolve(IDENTITY), format, newer);
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
