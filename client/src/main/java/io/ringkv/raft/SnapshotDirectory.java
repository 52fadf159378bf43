package io.ringkv.raft;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one replica: single files {@code sm/snapshot.TERM_INDEX} in the directory of its group, from where
 * Ratis sends them to others and to where it puts those it receives.
 *
 * <p>Ratis installs a received snapshot by renaming the whole directory away, renaming the received one to its place, and
 * deleting the old one (Ratis: {@code SnapshotManager#rename}); it forces nothing to disk. Hence {@link #forceIncoming}
 * before, {@link #reload} after, and {@link #recover} when the process or the power went away in between. There are no MD5
 * side files of our own: without one Ratis computes the digest while it sends (Ratis: {@code FileChunkReader}), and what
 * is on disk is protected by the checksums of the snapshot itself.
 *
 * <p>Threading: {@link #getLatestSnapshot} from any thread, as Ratis asks for it with every append; everything else by one
 * thread at a time.
 */
public final class SnapshotDirectory implements StateMachineStorage {
    /** How many snapshots are kept: the newest, and one more in case it turns out to be damaged. */
    public static final int RETAINED_SNAPSHOTS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotDirectory.class);
    private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");
    private static final String DAMAGED_SUFFIX = ".damaged";
    /** Ratis: {@code MD5FileUtil#MD5_SUFFIX}; written next to a file when all of it has been received and agrees. */
    private static final String RECEIVED_SUFFIX = ".md5";
    /** Ratis: {@code SnapshotManager#getSnapshotTmpDir}. */
    private static final String INCOMING_PREFIX = "snapshot-";

    /**
     * A snapshot on disk.
     *
     * @param file the file
     * @param position the state it holds
     */
    public record Snapshot(Path file, LogPosition position) {}

    /** Looks whether a file is a complete and undamaged snapshot. */
    @FunctionalInterface
    public interface Check {
        /**
         * Looks at one.
         *
         * @throws IOException if it is not complete and undamaged, or cannot be read
         */
        void check(Snapshot snapshot) throws IOException;
    }

    private final Path group;
    private final Path directory;
    private final Path incoming;
    private volatile @Nullable Latest latest;
    private boolean cleanupDue;

    private SnapshotDirectory(Path group) {
        this.group = group;
        this.directory = group.resolve(RaftStorageDirectory.STATE_MACHINE_DIR_NAME);
        this.incoming = group.resolve(RaftStorageDirectory.TMP_DIR_NAME);
    }

    /** The snapshots in the directory of a group, which need not exist yet. */
    public static SnapshotDirectory of(Path groupDirectory) {
        return new SnapshotDirectory(groupDirectory);
    }

    /** The snapshot in use, or null. */
    public @Nullable Snapshot latest() {
        Latest present = latest;
        return present == null ? null : present.snapshot;
    }

    /** Says which snapshot is in use from now on: the newest that proved good, or null when there is none. */
    public void use(@Nullable Snapshot snapshot) {
        latest = snapshot == null ? null : new Latest(snapshot);
    }

    /** All snapshots that look complete, newest first. */
    public List<Snapshot> newestFirst() throws IOException {
        return newestFirst(directory);
    }

    private static List<Snapshot> newestFirst(Path from) throws IOException {
        List<Snapshot> found = new ArrayList<>();
        for (Path path : list(from)) {
            Matcher matcher = NAME.matcher(nameOf(path));
            if (matcher.matches() && Files.isRegularFile(path)) {
                found.add(new Snapshot(
                        path, new LogPosition(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))));
            }
        }
        found.sort(
                Comparator.comparingLong((Snapshot s) -> s.position().index()).reversed());
        return found;
    }

    /**
     * Puts things right after a stop at any moment: gathers complete snapshots from a received directory that was not
     * yet, or only half, put in place, and from one that was renamed away, and deletes what is left of them.
     *
     * <p>Taking a received snapshot is right even if its arrival was never acknowledged: it holds committed state only,
     * and Ratis cuts the log to it when it opens (Ratis: {@code SegmentedRaftLog#loadLogSegments}). Not taking it may be
     * wrong: the log may have been purged up to it already.
     */
    public void recover() throws IOException {
        List<Path> leftovers = new ArrayList<>();
        for (Path path : list(group)) {
            if (nameOf(path).startsWith(RaftStorageDirectory.STATE_MACHINE_DIR_NAME + ".")) {
                leftovers.add(path);
                gather(newestFirst(path));
            }
        }
        for (Path path : list(incoming)) {
            leftovers.add(path);
            if (nameOf(path).startsWith(INCOMING_PREFIX)) {
                gather(completeIn(path));
            }
        }
        for (Path leftover : leftovers) {
            DurableFiles.deleteTree(leftover);
        }
    }

    private void gather(List<Snapshot> snapshots) throws IOException {
        for (Snapshot snapshot : snapshots) {
            Path target = directory.resolve(nameOf(snapshot.file()));
            if (!Files.exists(target)) {
                DurableFiles.createDirectories(directory);
                DurableFiles.forceTree(snapshot.file());
                DurableFiles.move(snapshot.file(), target);
                LOG.info("event=snapshot-recovered group={} snapshot={}", nameOf(group), nameOf(target));
            }
        }
    }

    /**
     * Makes a received snapshot durable, and checks it, before Ratis puts it in the place of what is there. A damaged one
     * is deleted.
     *
     * @return index of the newest one received, -1 when there is none
     * @throws IOException if one is damaged or cannot be forced; then nothing may be replaced
     */
    long forceIncoming(Check check) throws IOException {
        long newest = -1;
        for (Path path : list(incoming)) {
            if (!nameOf(path).startsWith(INCOMING_PREFIX)) {
                continue;
            }
            for (Snapshot snapshot : completeIn(path)) {
                try {
                    check.check(snapshot);
                } catch (IOException | RuntimeException e) {
                    DurableFiles.deleteTree(path);
                    throw new IOException("received snapshot " + nameOf(snapshot.file()) + " is damaged", e);
                }
                newest = Math.max(newest, snapshot.position().index());
            }
            DurableFiles.forceTree(path);
        }
        if (Files.isDirectory(incoming)) {
            DurableFiles.forceDirectory(incoming);
        }
        return newest;
    }

    private static List<Snapshot> completeIn(Path path) throws IOException {
        List<Snapshot> complete = new ArrayList<>();
        for (Snapshot snapshot : newestFirst(path)) {
            if (Files.exists(snapshot.file().resolveSibling(nameOf(snapshot.file()) + RECEIVED_SUFFIX))) {
                complete.add(snapshot);
            }
        }
        return complete;
    }

    /** Looks again after Ratis has put a received snapshot in place, and makes its doing durable. */
    @Nullable
    Snapshot reload() throws IOException {
        DurableFiles.forceDirectory(group);
        for (Path path : list(incoming)) {
            DurableFiles.deleteTree(path);
        }
        List<Snapshot> found = newestFirst();
        use(found.isEmpty() ? null : found.get(0));
        return latest();
    }

    /**
     * Takes over a finished snapshot, which is durable under its present name, and makes it the latest.
     *
     * @param finished a file on the same file system
     */
    Snapshot publish(Path finished, LogPosition position) throws IOException {
        Path target = directory.resolve("snapshot." + position.term() + "_" + position.index());
        DurableFiles.createDirectories(directory);
        DurableFiles.move(finished, target);
        Snapshot snapshot = new Snapshot(target, position);
        use(snapshot);
        cleanupDue = true;
        return snapshot;
    }

    /** Sets a damaged snapshot aside, so that it is not looked at again. */
    public void setAside(Snapshot snapshot) throws IOException {
        DurableFiles.move(snapshot.file(), directory.resolve(nameOf(snapshot.file()) + DAMAGED_SUFFIX));
    }

    /**
     * Makes what the replica says about its configuration durable, which Ratis writes without forcing its directory
     * (Ratis: {@code RaftStorageImpl#writeRaftConfiguration}). Must be done before the log that holds the same is purged.
     */
    void forceConfiguration() throws IOException {
        DurableFiles.forceDirectory(group.resolve(RaftStorageDirectory.CURRENT_DIR_NAME));
    }

    @Override
    public void init(RaftStorage raftStorage) {
        // Nothing: the state machine has looked already.
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return latest;
    }

    @Override
    public void format() {
        // Nothing: Ratis clears the directory itself.
    }

    /** Called by Ratis after every question for a snapshot, so it must cost nothing when nothing changed. */
    @Override
    public void cleanupOldSnapshots(@Nullable SnapshotRetentionPolicy policy) throws IOException {
        if (!cleanupDue) {
            return;
        }
        cleanupDue = false;
        List<Snapshot> snapshots = newestFirst();
        for (Snapshot old : snapshots.subList(Math.min(RETAINED_SNAPSHOTS, snapshots.size()), snapshots.size())) {
            Files.deleteIfExists(old.file());
        }
        for (Path path : list(directory)) {
            String name = nameOf(path);
            if (name.endsWith(DAMAGED_SUFFIX) || name.endsWith(RECEIVED_SUFFIX)) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(paths::add);
        }
        paths.sort(Comparator.naturalOrder());
        return paths;
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** The latest snapshot as Ratis sees it. */
    private static final class Latest implements SnapshotInfo {
        private final Snapshot snapshot;
        private final TermIndex termIndex;
        private final List<FileInfo> files;

        Latest(Snapshot snapshot) {
            this.snapshot = Objects.requireNonNull(snapshot, "snapshot");
            this.termIndex = TermIndex.valueOf(
                    snapshot.position().term(), snapshot.position().index());
            this.files = List.of(new FileInfo(snapshot.file().toAbsolutePath(), null));
        }

        @Override
        public TermIndex getTermIndex() {
            return termIndex;
        }

        @Override
        public List<FileInfo> getFiles() {
            return files;
        }

        @Override
        public String toString() {
            return nameOf(snapshot.file());
        }
    }
}
