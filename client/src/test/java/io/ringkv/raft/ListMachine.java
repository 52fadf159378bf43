package io.ringkv.raft;

import io.ringkv.common.time.NanoClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A state that is the list of all entries, for tests of the adapter. An entry "fail" is one it cannot apply. */
final class ListMachine extends LogStateMachine {
    private static final String END = "end";

    private final Path group;
    private final List<String> values = new CopyOnWriteArrayList<>();
    final List<Long> readyTerms = new CopyOnWriteArrayList<>();
    final AtomicInteger refused = new AtomicInteger();

    ListMachine(Path group, SnapshotSchedule schedule) {
        super(SnapshotDirectory.of(group), schedule, NanoClock.system());
        this.group = group;
    }

    List<String> values() {
        return List.copyOf(values);
    }

    @Override
    protected LogPosition openState() throws IOException {
        snapshots().recover();
        for (SnapshotDirectory.Snapshot snapshot : snapshots().newestFirst()) {
            try {
                loadState(snapshot);
                snapshots().use(snapshot);
                return snapshot.position();
            } catch (IOException damaged) {
                snapshots().setAside(snapshot);
            }
        }
        snapshots().use(null);
        return LogPosition.NONE;
    }

    @Override
    protected Object applyEntry(LogPosition position, byte[] entry) {
        String value = new String(entry, StandardCharsets.UTF_8);
        if (value.equals("fail")) {
            throw new IllegalStateException("cannot apply this");
        }
        values.add(value);
        return position + " " + value;
    }

    @Override
    protected void advanceState(LogPosition position) {}

    @Override
    protected FinishedSnapshot pollSnapshot() throws IOException {
        Path file = group.resolveSibling(group.getFileName() + ".snapshot");
        List<String> lines = new ArrayList<>(values);
        lines.add(END);
        DurableFiles.replace(file, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        return new FinishedSnapshot(file, position(), Files.size(file));
    }

    @Override
    protected void checkSnapshot(SnapshotDirectory.Snapshot snapshot) throws IOException {
        try {
            read(snapshot.file());
        } catch (IOException damaged) {
            refused.incrementAndGet();
            throw damaged;
        }
    }

    @Override
    protected void pauseState() {}

    @Override
    protected void loadState(SnapshotDirectory.Snapshot snapshot) throws IOException {
        List<String> read = read(snapshot.file());
        values.clear();
        values.addAll(read);
    }

    @Override
    protected void closeState() {}

    @Override
    protected void onLeaderReady(long term) {
        readyTerms.add(term);
    }

    private static List<String> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(lines.size() - 1).equals(END)) {
            throw new IOException("snapshot is cut: " + file.getFileName());
        }
        return lines.subList(0, lines.size() - 1);
    }

    /** Never null: the machine of a division in these tests is always of this class. */
    static ListMachine of(@Nullable RaftDivision division) {
        if (division == null) {
            throw new AssertionError("no division");
        }
        return (ListMachine) division.machine();
    }
}
