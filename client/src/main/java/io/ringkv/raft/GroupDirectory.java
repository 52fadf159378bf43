package io.ringkv.raft;

import io.ringkv.common.id.GroupId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.util.SizeInBytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies on disk of one group, looked at and changed while the group is <em>not</em> open.
 *
 * <p>The names of log files are those of Ratis: {@code LogSegmentStartEnd}; their contents are read with Ratis' own reader,
 * which ignores an entry that was cut by a crash at the end of the newest file, and refuses anything else that is damaged
 * ({@code SegmentedRaftLogReader}).
 *
 * <p>Not thread-safe with itself for one group.
 */
public final class GroupDirectory {
    /** Added to the term of a member after a stop of its host: more than the elections that could have been forgotten. */
    public static final long TERMS_AFTER_HOST_STOP = 100;

    private static final Logger LOG = LoggerFactory.getLogger(GroupDirectory.class);
    private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
    private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");
    private static final Pattern VOTER = Pattern.compile("([0-9a-f]{16}) (\\S+)");
    /** Written by Ratis whenever a configuration is applied. */
    private static final String CONFIGURATION = "raft-meta.conf";

    private static final String FIRST_VOTERS = "first-voters";
    private static final String BEING_MADE = ".making-";
    private static final SizeInBytes LARGEST_ENTRY = SizeInBytes.valueOf("64MB");

    /** A file of the log; its end is -1 while it is written to. */
    record Segment(Path file, long start, long end) {}

    private final Path storageDirectory;
    private final Path root;
    private final Path current;
    private final GroupId group;

    private GroupDirectory(Path storageDirectory, GroupId group) {
        this.storageDirectory = storageDirectory;
        this.group = group;
        this.root = storageDirectory.resolve(group.toString());
        this.current = root.resolve(RaftStorageDirectory.CURRENT_DIR_NAME);
    }

    /** Names the directory; touches nothing. */
    public static GroupDirectory of(Path storageDirectory, GroupId group) {
        return new GroupDirectory(storageDirectory, group);
    }

    /** The directory itself. */
    public Path path() {
        return root;
    }

    /** Whether it exists in any form. */
    public boolean exists() {
        return Files.exists(root);
    }

    /**
     * Whether it holds a term and vote: otherwise Ratis would silently make it anew, with term 0.
     *
     * @throws DamagedRaftMetaException if the file that should hold them does not
     */
    public boolean holdsTermAndVote() throws IOException {
        return meta().read().isPresent();
    }

    /** The term it holds; 0 when there is none. */
    public long term() throws IOException {
        return meta().read().map(RaftMeta::term).orElse(0L);
    }

    private RaftMetaFile meta() {
        return RaftMetaFile.of(storageDirectory, RaftIds.group(group));
    }

    /**
     * Makes the directory of a group that begins with these voters, durably, so that it can be opened like any other. The
     * directory appears complete or not at all.
     *
     * <p>Ratis can make it itself from a list of voters, but remembers the list only once the first leader has been elected: if
     * all members stop before, nobody ever elects one.
     *
     * @throws IOException if it exists already, or on a failure of the disk
     */
    public void makeFirst(List<RaftMember> voters) throws IOException {
        make(made -> {
            made.meta().raiseTerm(1, RaftPeerId.valueOf(""));
            DurableFiles.replace(made.root.resolve(FIRST_VOTERS), encode(voters));
        });
    }

    /**
     * Makes the directory of a replica that joins a group, durably: without voters, so that it takes no part until a leader
     * makes it a voter, and with a term below which it obeys no leader (see {@link RaftMetaFile}). The directory appears
     * complete or not at all.
     *
     * @param floor at least 1; at most the term of the group's present leader
     * @param self this member: its vote in the term of the floor is its own
     * @throws IOException if it exists already, or on a failure of the disk
     */
    public void makeJoining(long floor, long self) throws IOException {
        make(made -> made.meta().raiseTerm(floor, RaftIds.peer(self)));
    }

    /**
     * Makes the directory of a group that begins with this member alone and with a snapshot, durably. The directory appears
     * complete or not at all.
     *
     * @param self this member
     * @param snapshot a durable file on the same file system; it is moved
     * @param position what it holds; the group's terms are above
     * @throws IOException if the directory exists already, or on a failure of the disk
     */
    public void makeRecovered(RaftMember self, Path snapshot, LogPosition position) throws IOException {
        make(made -> {
            made.meta().raiseTerm(position.term() + 1, RaftIds.peer(self.id()));
            SnapshotDirectory.of(made.root).publish(snapshot, position);
            DurableFiles.replace(made.root.resolve(FIRST_VOTERS), encode(List.of(self)));
        });
    }

    private interface Contents {
        void write(GroupDirectory made) throws IOException;
    }

    private void make(Contents contents) throws IOException {
        if (exists()) {
            throw new IOException("the directory of group " + group + " exists already");
        }
        Path temporary = storageDirectory.resolve(BEING_MADE + group);
        DurableFiles.deleteTree(temporary);
        GroupDirectory made = new GroupDirectory(temporary, group);
        DurableFiles.createDirectories(made.current);
        DurableFiles.createDirectories(made.root.resolve(RaftStorageDirectory.STATE_MACHINE_DIR_NAME));
        contents.write(made);
        DurableFiles.move(made.root, root);
        DurableFiles.deleteTree(temporary);
    }

    /**
     * The voters the group begins with, as long as this member knows none from the log: to be handed to Ratis when it is
     * opened. Empty once it does, or when it was never told.
     */
    List<RaftMember> firstVoters() throws IOException {
        Path file = root.resolve(FIRST_VOTERS);
        if (!Files.exists(file)
                || Files.exists(current.resolve(CONFIGURATION))
                || !segments().isEmpty()) {
            return List.of();
        }
        List<RaftMember> voters = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            Matcher matcher = VOTER.matcher(line);
            if (!matcher.matches()) {
                throw new IOException("damaged list of first voters: " + file);
            }
            voters.add(new RaftMember(Long.parseUnsignedLong(matcher.group(1), 16), matcher.group(2)));
        }
        return voters;
    }

    /** Whether this member was there when the group began. */
    public boolean beganWithVoters() {
        return Files.exists(root.resolve(FIRST_VOTERS));
    }

    private static byte[] encode(List<RaftMember> voters) {
        StringBuilder text = new StringBuilder();
        for (RaftMember voter : voters) {
            text.append(RaftIds.text(voter.id()))
                    .append(' ')
                    .append(voter.address())
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The term may not be below the floor from now on; this member's vote in it is its own. See {@link RaftMetaFile}. */
    public void raiseTerm(long floor, long self) throws IOException {
        meta().raiseTerm(floor, RaftIds.peer(self));
    }

    /**
     * To be called after the host stopped in disorder, before the group is opened: Ratis renames its file of term and vote
     * without forcing the directory (Ratis: {@code AtomicFileOutputStream}), so a vote may have vanished. A term far above
     * all that were known here cannot be one in which it voted.
     */
    public void raiseTermAfterHostStop(long self) throws IOException {
        LogPosition last = last();
        raiseTerm(Math.max(term(), last == null ? 0 : last.term()) + TERMS_AFTER_HOST_STOP, self);
    }

    /** Index of the first entry in the log; -1 when the log is empty. */
    public long firstIndex() throws IOException {
        for (Segment segment : segments()) {
            if (segment.end() >= 0 || readLast(segment) != null) {
                return segment.start();
            }
        }
        return -1;
    }

    /** The last entry in the log, or null when it is empty. */
    public @Nullable LogPosition last() throws IOException {
        List<Segment> segments = segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            LogPosition last = readLast(segments.get(i));
            if (last != null) {
                return last;
            }
        }
        return null;
    }

    /** Whether the log holds an entry of exactly this term and index. */
    public boolean contains(LogPosition position) throws IOException {
        boolean[] found = new boolean[1];
        for (Segment segment : segments()) {
            boolean may =
                    position.index() >= segment.start() && (segment.end() < 0 || position.index() <= segment.end());
            if (may) {
                read(segment, entry -> found[0] |= entry.equals(position));
            }
        }
        return found[0];
    }

    /**
     * Where the newest configuration lies that this member knows of: in its log, committed or not, or noted beside it when
     * the log that held it is gone. Of a log that cannot be read only the note counts.
     *
     * @return {@link LogPosition#NONE} when it knows none
     */
    public LogPosition newestConfiguration() throws IOException {
        LogPosition[] newest = {notedConfiguration()};
        try {
            for (Segment segment : segments()) {
                readEntries(segment, entry -> {
                    if (entry.hasConfigurationEntry() && entry.getIndex() > newest[0].index()) {
                        newest[0] = new LogPosition(entry.getTerm(), entry.getIndex());
                    }
                });
            }
        } catch (IOException e) {
            LOG.warn("event=log-unreadable group={}", group, e);
        }
        return newest[0];
    }

    /** The configuration that Ratis noted last, when it was applied; NONE if there is no such note. */
    LogPosition notedConfiguration() throws IOException {
        try (InputStream in = Files.newInputStream(current.resolve(CONFIGURATION))) {
            LogEntryProto entry = LogEntryProto.parseFrom(in);
            return new LogPosition(entry.getTerm(), entry.getIndex());
        } catch (NoSuchFileException e) {
            return LogPosition.NONE;
        }
    }

    /** Its log, to be read from one end to the other. */
    public GroupLog log() {
        return new GroupLog(this);
    }

    /** Makes the names in it durable, which Ratis leaves to chance. */
    public void force() throws IOException {
        DurableFiles.forceDirectory(current);
        DurableFiles.forceDirectory(root);
        DurableFiles.forceDirectory(storageDirectory);
    }

    private @Nullable LogPosition readLast(Segment segment) throws IOException {
        AtomicReference<@Nullable LogPosition> last = new AtomicReference<>();
        read(segment, last::set);
        return last.get();
    }

    private interface Visitor {
        void visit(LogPosition position);
    }

    private static void read(Segment segment, Visitor visitor) throws IOException {
        readEntries(segment, entry -> visitor.visit(new LogPosition(entry.getTerm(), entry.getIndex())));
    }

    static void readEntries(Segment segment, Consumer<LogEntryProto> visitor) throws IOException {
        Optional<LogSegmentPath> path = Optional.ofNullable(LogSegmentPath.matchLogSegment(segment.file()));
        if (path.isPresent()) {
            try {
                LogSegment.readSegmentFile(
                        segment.file().toFile(),
                        path.get().getStartEnd(),
                        LARGEST_ENTRY,
                        CorruptionPolicy.EXCEPTION,
                        null,
                        visitor);
            } catch (IllegalStateException e) {
                // Ratis: Preconditions, for a gap between entries.
                throw new IOException("damaged log file " + segment.file(), e);
            }
        }
    }

    /** The files of the log, in order. */
    List<Segment> segments() throws IOException {
        List<Segment> segments = new ArrayList<>();
        if (!Files.isDirectory(current)) {
            return segments;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(current, "log_*")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                Matcher closed = CLOSED.matcher(name);
                Matcher open = OPEN.matcher(name);
                if (closed.matches()) {
                    segments.add(new Segment(file, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2))));
                } else if (open.matches()) {
                    segments.add(new Segment(file, Long.parseLong(open.group(1)), -1));
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::start));
        return segments;
    }
}
