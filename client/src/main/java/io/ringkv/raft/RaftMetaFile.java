package io.ringkv.raft;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * The {@code raft-meta} file of one Raft group on one server: the durable term and vote, read and raised by us while
 * the group is <em>not</em> open in Ratis.
 *
 * <h2>Why we write a file of Ratis</h2>
 *
 * A replica that starts again with an empty directory has forgotten its term. A deposed leader that still counts it as
 * a voter then gets its appends accepted, has a majority, and acknowledges writes beside the true leader. So before a
 * group is added to a server, the server raises the group's term to the term of the shard's present leader (the
 * <em>term floor</em>) and casts its own vote of that term for itself; every older leader is then refused and learns
 * the newer term from the refusal. The floor must not exceed the true leader's term: a higher one makes the replica
 * refuse that leader too, and because the leader ignores the terms of servers which are still catching up, it would
 * neither step down nor give up: the change of voters would never end.
 *
 * <h2>What Ratis 3.3.0 expects and does (read in its sources, held by tests)</h2>
 *
 * <pre>
 * storage.dir/
 *   group UUID/               one directory per group; every sub-directory named by a UUID is opened at server start
 *     in_use.lock             locked (java.nio FileLock) while the group is open; the file itself may stay behind
 *     current/
 *       raft-meta             java.util.Properties in UTF-8: term, votedFor (empty: nobody)
 *       raft-meta.tmp         an unfinished write; deleted whenever the group is opened
 *       raft-meta.conf        protobuf LogEntryProto: the last applied configuration
 *       log_...               log segments
 *     sm/                     snapshots of the state machine
 * </pre>
 *
 * <ul>
 *   <li>A directory counts as formatted if and only if {@code current/raft-meta} exists
 *       ({@code RaftStorageDirectoryImpl.isHealthy}).
 *   <li>{@code GroupManagementRequest.newAdd} with {@code format=true} refuses a group whose directory exists in any
 *       form, and leaves it untouched: a prepared term floor can only be opened with {@code format=false}.
 *   <li>With {@code format=false} and a {@code raft-meta}, the division starts with that term and vote. With an empty
 *       peer list and neither log nor {@code raft-meta.conf} it stays STARTING with an empty configuration: it refuses
 *       votes, starts no election, and accepts appends of leaders of its term or above.
 *   <li>With {@code format=false} and <em>no</em> {@code raft-meta} the group is <em>silently formatted with term
 *       0</em>: when the group directory is missing (as long as one storage directory is configured), when
 *       {@code current} is missing, and when it is empty or holds nothing but {@code raft-meta.tmp}. Only a
 *       {@code current} with other files is an error. So {@link #raiseTerm} comes strictly before the add, and after
 *       the add the division's term must be checked against the floor.
 *   <li>Ratis forces the content of {@code raft-meta} but never its directory, so that a power cut can undo the rename
 *       and with it a vote. This class forces the file, {@code current}, the group directory and the storage directory.
 *   <li>An open division caches the content and overwrites the file at its next vote or term. This class therefore
 *       takes the group's own lock while it writes, and refuses if the group is open.
 * </ul>
 *
 * <p>Instances are immutable; concurrent calls for one group exclude each other through the lock, the later one fails.
 */
public final class RaftMetaFile {
    private static final String TERM = "term";
    private static final String VOTED_FOR = "votedFor";

    /** Makes what was written to a file, or the names in a directory, survive a power cut. Replaced in tests. */
    @FunctionalInterface
    interface Force {
        void force(Path path) throws IOException;
    }

    private final Path storageDirectory;
    private final Path groupDirectory;
    private final Path current;
    private final Force force;

    private RaftMetaFile(Path storageDirectory, RaftGroupId groupId, Force force) {
        this.storageDirectory = storageDirectory;
        this.groupDirectory = storageDirectory.resolve(groupId.getUuid().toString());
        this.current = groupDirectory.resolve("current");
        this.force = force;
    }

    /**
     * Names the file; touches nothing.
     *
     * @param storageDirectory the one directory of {@code raft.server.storage.dir}; its own name in its parent must
     *     already be durable
     */
    public static RaftMetaFile of(Path storageDirectory, RaftGroupId groupId) {
        return new RaftMetaFile(storageDirectory, groupId, RaftMetaFile::forceToDisk);
    }

    static RaftMetaFile of(Path storageDirectory, RaftGroupId groupId, Force force) {
        return new RaftMetaFile(storageDirectory, groupId, force);
    }

    /** Where the file is, or will be. */
    public Path path() {
        return current.resolve("raft-meta");
    }

    /** Where an unfinished write is: Ratis' own name for it, so that Ratis removes it too. */
    private Path temporaryPath() {
        return current.resolve("raft-meta.tmp");
    }

    /**
     * Reads term and vote as Ratis does.
     *
     * @return empty if there is no such file
     * @throws DamagedRaftMetaException if the file does not hold a term and a vote; the message names the file
     * @throws IOException if the file cannot be read
     */
    public Optional<RaftMeta> read() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path(), StandardCharsets.UTF_8)) {
            properties.load(reader);
            return Optional.of(parse(properties));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw new DamagedRaftMetaException(unreadable(e), e);
        } catch (IOException e) {
            throw new IOException(unreadable(e), e);
        }
    }

    private String unreadable(Exception cause) {
        return "Cannot read the Raft term and vote in " + path() + ": " + cause.getMessage();
    }

    private static RaftMeta parse(Properties properties) {
        String term = properties.getProperty(TERM);
        String votedFor = properties.getProperty(VOTED_FOR);
        if (term == null || votedFor == null) {
            throw new IllegalArgumentException("it must hold '" + TERM + "' and '" + VOTED_FOR + "'");
        }
        return new RaftMeta(Long.parseLong(term), RaftPeerId.valueOf(votedFor));
    }

    /**
     * Makes sure, durably, that the group's term on this server is at least {@code floor}.
     *
     * <p>A term is never lowered, and a vote is never changed within its term: if the file already holds a term of
     * {@code floor} or above it keeps its content. Otherwise it becomes {@code (floor, votedFor)}. In both cases the
     * file and the directories above it are forced to disk before this method returns, and after a failure or a power
     * cut at any point the file holds the old or the new content. Missing directories are created.
     *
     * @param floor at least 1; at most the term of the shard's present leader
     * @param votedFor who gets this server's vote of term {@code floor}: itself, so that nobody else can get it
     * @return what the file holds now
     * @throws IOException if the group is open, or on a failure of the disk
     */
    public RaftMeta raiseTerm(long floor, RaftPeerId votedFor) throws IOException {
        if (floor < 1) {
            throw new IllegalArgumentException("floor: " + floor + " (expected: >= 1)");
        }
        Files.createDirectories(current);
        try (FileChannel lockFile = FileChannel.open(
                        groupDirectory.resolve("in_use.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(lockFile)) {
            RaftMeta held = read().filter(present -> present.term() >= floor).orElse(null);
            if (held == null) {
                held = new RaftMeta(floor, votedFor);
                write(held);
            }
            // Also when nothing was written: Ratis never forces a name, so the file may exist in the cache only.
            force.force(path());
            force.force(current);
            force.force(groupDirectory);
            force.force(storageDirectory);
            return held;
        }
    }

    private FileLock lock(FileChannel lockFile) throws IOException {
        FileLock lock;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException(inUse(), e);
        }
        if (lock == null) {
            throw new IOException(inUse());
        }
        return lock;
    }

    private String inUse() {
        return "Cannot change the Raft term in " + path() + " while the group is open. Remove the group first.";
    }

    private void write(RaftMeta meta) throws IOException {
        Files.write(temporaryPath(), encode(meta));
        force.force(temporaryPath());
        Files.move(temporaryPath(), path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] encode(RaftMeta meta) {
        Properties properties = new Properties();
        properties.setProperty(TERM, Long.toString(meta.term()));
        properties.setProperty(VOTED_FOR, meta.votedFor().toString());
        StringWriter text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void forceToDisk(Path path) throws IOException {
        // Read access suffices to force a file or a directory on POSIX systems, and is all a directory can be opened
        // for.
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
