package io.ringkv.raft;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/** The whole log of a group that is not open. */
public final class GroupLog {
    private final GroupDirectory group;

    GroupLog(GroupDirectory group) {
        this.group = group;
    }

    /** Told of the entries of a log. */
    @FunctionalInterface
    public interface Entries {
        /**
         * The next entry.
         *
         * @param proposed what was proposed; null for an entry of Raft itself
         */
        void entry(LogPosition position, byte @Nullable [] proposed) throws IOException;
    }

    /**
     * Tells all entries after an index, in order, whether they are known to be committed or not. An entry that was cut by a
     * crash at the end of the log is left out.
     *
     * @throws IOException if the log is damaged, or has a gap after that index
     */
    public void replay(long after, Entries entries) throws IOException {
        long next = after + 1;
        for (GroupDirectory.Segment segment : group.segments()) {
            List<LogEntryProto> found = new ArrayList<>();
            GroupDirectory.readEntries(segment, found::add);
            for (LogEntryProto entry : found) {
                if (entry.getIndex() < next) {
                    continue;
                }
                if (entry.getIndex() > next) {
                    throw new IOException("entries " + next + " to " + (entry.getIndex() - 1) + " are missing before "
                            + segment.file());
                }
                entries.entry(
                        new LogPosition(entry.getTerm(), entry.getIndex()),
                        entry.hasStateMachineLogEntry()
                                ? entry.getStateMachineLogEntry().getLogData().toByteArray()
                                : null);
                next++;
            }
        }
    }

    /**
     * Looks for damage: bytes that the disk gives, and that are not what was written. An entry that was cut by a crash at the
     * end of the log is none; Ratis cuts it off.
     *
     * @return which file and how; null if there is none
     * @throws IOException if the disk fails, which may pass
     */
    public @Nullable String damage() throws IOException {
        long[] next = {-1};
        for (GroupDirectory.Segment segment : group.segments()) {
            String name = "log file " + segment.file().getFileName();
            if (next[0] >= 0 && segment.start() != next[0]) {
                return name + " begins at " + segment.start() + ", but the file before it ends at " + (next[0] - 1);
            }
            next[0] = segment.start();
            try {
                GroupDirectory.readEntries(segment, entry -> next[0] = entry.getIndex() + 1);
            } catch (IOException e) {
                if (isReadable(segment)) {
                    return name + " is damaged after entry " + (next[0] - 1) + ": " + e.getMessage();
                }
                throw e;
            }
            if (segment.end() >= 0 && next[0] != segment.end() + 1) {
                return name + " ends at " + (next[0] - 1);
            }
        }
        return null;
    }

    private static boolean isReadable(GroupDirectory.Segment segment) throws IOException {
        try (InputStream in = Files.newInputStream(segment.file())) {
            in.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return false;
        }
    }
}
