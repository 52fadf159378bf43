package io.ringkv.manager.raft;

import io.ringkv.common.time.NanoClock;
import io.ringkv.manager.log.EntryCodec;
import io.ringkv.manager.log.SnapshotCodec;
import io.ringkv.manager.log.StateSnapshot;
import io.ringkv.manager.log.UnreadableLogException;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterMachine;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.EventText;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.RecordedEvent;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.LogPosition;
import io.ringkv.raft.LogStateMachine;
import io.ringkv.raft.SnapshotDirectory;
import io.ringkv.raft.SnapshotSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster state under the manager's log. The state is small and lives in memory; on disk there are only snapshots. A
 * snapshot is written at once, on the applying thread: milliseconds, and rare.
 */
final class ManagerStateMachine extends LogStateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerStateMachine.class);

    /** What the owner of a machine wants to know. Called on threads of Ratis: must be short. */
    interface Observer {
        /** The state is another one. Under the lock of the machine: must neither wait nor call into it. */
        void stateIs(ClusterState state);

        /** Leadership may be another's. */
        void leadershipChanged();

        /**
         * This member can no longer follow the log.
         *
         * @param isUnreadable because an entry is damaged or not known to this software
         */
        void failed(boolean isUnreadable, String reason);

        /** The log cannot be written any more. */
        void logFailed(Throwable cause);
    }

    private final Path newSnapshot;
    private final Observer observer;
    private ClusterState state = ClusterState.EMPTY;
    private volatile boolean isUnreadable;

    /**
     * A machine for one opening of the group.
     *
     * @param newSnapshot where a snapshot is written before it gets its place; on the same file system
     */
    ManagerStateMachine(
            SnapshotDirectory snapshots,
            Path newSnapshot,
            SnapshotSchedule schedule,
            NanoClock clock,
            Observer observer) {
        super(snapshots, schedule, clock);
        this.newSnapshot = newSnapshot;
        this.observer = observer;
    }

    @Override
    protected LogPosition openState() throws IOException {
        snapshots().recover();
        List<SnapshotDirectory.Snapshot> found = snapshots().newestFirst();
        for (SnapshotDirectory.Snapshot snapshot : found) {
            try {
                load(snapshot);
                snapshots().use(snapshot);
                return snapshot.position();
            } catch (UnreadableLogException e) {
                LOG.error("event=snapshot-damaged file={} reason=\"{}\"", snapshot.file(), e.getMessage());
                snapshots().setAside(snapshot);
            }
        }
        if (found.size() >= SnapshotDirectory.RETAINED_SNAPSHOTS) {
            // With two snapshots the log may have been cut up to the older one.
            throw new IOException("none of " + found.size() + " snapshots of the manager's state can be read: "
                    + found.get(0).file());
        }
        snapshots().use(null);
        become(ClusterState.EMPTY);
        return LogPosition.NONE;
    }

    @Override
    protected Object applyEntry(LogPosition position, byte[] entry) {
        Applied applied = ClusterMachine.apply(state, decode(entry), position.term(), position.index());
        for (RecordedEvent event : applied.events()) {
            LOG.info(
                    "event=applied number={} ringEpoch={} what=\"{}\"",
                    event.number(),
                    event.ringEpoch(),
                    EventText.of(event.event()));
        }
        if (!applied.events().isEmpty()) {
            become(applied.state());
        }
        return applied;
    }

    private LoggedCommand decode(byte[] entry) {
        try {
            return EntryCodec.decode(entry);
        } catch (UnreadableLogException e) {
            isUnreadable = true;
            throw e;
        }
    }

    @Override
    protected void advanceState(LogPosition position) {
        // The position is kept by the base class, and by snapshots.
    }

    @Override
    protected @Nullable FinishedSnapshot pollSnapshot() throws IOException {
        LogPosition position = position();
        byte[] bytes = SnapshotCodec.encode(new StateSnapshot(position.term(), position.index(), state));
        DurableFiles.replace(newSnapshot, bytes);
        return new FinishedSnapshot(newSnapshot, position, bytes.length);
    }

    @Override
    protected void checkSnapshot(SnapshotDirectory.Snapshot snapshot) throws IOException {
        read(snapshot);
    }

    @Override
    protected void pauseState() {
        // What was read before stays true: the state only ever goes forward.
    }

    @Override
    protected void loadState(SnapshotDirectory.Snapshot snapshot) throws IOException {
        load(snapshot);
    }

    @Override
    protected void closeState() {
        // Nothing is open.
    }

    @Override
    protected void onLeaderReady(long term) {
        observer.leadershipChanged();
    }

    @Override
    protected void onLeadershipLost() {
        observer.leadershipChanged();
    }

    @Override
    protected void onFailed(String reason) {
        observer.failed(isUnreadable, reason);
    }

    @Override
    protected void onLogFailed(Throwable cause) {
        observer.logFailed(cause);
    }

    private void load(SnapshotDirectory.Snapshot snapshot) throws IOException {
        become(read(snapshot).state());
    }

    private static StateSnapshot read(SnapshotDirectory.Snapshot file) throws IOException {
        StateSnapshot snapshot = SnapshotCodec.decode(Files.readAllBytes(file.file()));
        if (snapshot.term() != file.position().term()
                || snapshot.index() != file.position().index()) {
            throw new UnreadableLogException("snapshot " + file.file() + " holds the state at (t:" + snapshot.term()
                    + ", i:" + snapshot.index() + "), not at " + file.position());
        }
        return snapshot;
    }

    private void become(ClusterState newer) {
        state = newer;
        observer.stateIs(newer);
    }
}
