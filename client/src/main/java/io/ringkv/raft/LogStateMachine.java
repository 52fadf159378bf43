package io.ringkv.raft;

import io.ringkv.common.time.NanoClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies between Ratis and a state that is changed by a log: the state of a shard, or that of the manager. A subclass
 * says how to open, apply, snapshot and load; this class keeps the rules that Ratis asks for.
 *
 * <ul>
 *   <li><b>Nothing is thrown into Ratis.</b> An exception from {@code applyTransaction} closes the division, on every
 *       replica that comes to the entry, for ever (Ratis: {@code StateMachineUpdater#run}). Anything unexpected marks this
 *       replica as failed at that position; from then on it ignores the log, takes no snapshot and serves nothing.
 *   <li><b>Positions only go forward.</b> After a restart Ratis replays from the last snapshot (Ratis: {@code
 *       ServerState} constructor of the updater), while the state may be further; such entries are ignored. {@code
 *       BaseStateMachine#updateLastAppliedTermIndex} would assert instead, and close the division.
 *   <li><b>One lock</b> orders apply, snapshot, pause, load and close: Ratis pauses from a network thread, under the
 *       division's monitor, while its updater may be applying (Ratis: {@code
 *       SnapshotInstallationHandler#checkAndInstallSnapshot}). Nothing that may call back into the division runs under
 *       this lock, else the two would lock in both orders.
 *   <li><b>Two snapshots.</b> {@link #takeSnapshot} returns the index of the snapshot <em>before</em> the newest, so the
 *       log reaches back to that one and a damaged newest one is survivable. What it returns never falls (Ratis: {@code
 *       RaftLogIndex#updateIncreasingly} asserts, which would close the division).
 *   <li><b>Only our own proposals enter the log.</b> Ratis' port takes requests of Ratis' own client too; they are refused
 *       before they are appended.
 * </ul>
 */
public abstract class LogStateMachine extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(LogStateMachine.class);
    private static final CompletableFuture<Message> DONE = CompletableFuture.completedFuture(Message.EMPTY);

    /**
     * A snapshot that has been written.
     *
     * @param file where it is: complete and durable, on the file system of the group's directory
     * @param position the state it holds
     * @param sizeBytes its length
     */
    public record FinishedSnapshot(Path file, LogPosition position, long sizeBytes) {}

    private final Object lock = new Object();
    private final SnapshotDirectory snapshots;
    private final SnapshotSchedule schedule;
    private final NanoClock clock;
    private final AppliedWaiters waiters = new AppliedWaiters(-1);

    private volatile TermIndex handedOver = TermIndex.INITIAL_VALUE;
    private volatile @Nullable String failure;

    // Below: under the lock.
    private LogPosition applied = LogPosition.NONE;
    private boolean paused;
    private boolean closed;
    private boolean snapshotRequested;
    private boolean snapshotUnderWay;
    private long entriesSinceSnapshot;
    private long bytesSinceSnapshot;
    private long snapshotNanos;
    private long lastSnapshotBytes;
    private long newestSnapshotIndex = -1;
    private long purgeableIndex = -1;
    private long returnedIndex = -1;

    /** @param snapshots the snapshots of the group this machine is for */
    protected LogStateMachine(SnapshotDirectory snapshots, SnapshotSchedule schedule, NanoClock clock) {
        this.snapshots = Objects.requireNonNull(snapshots, "snapshots");
        this.schedule = Objects.requireNonNull(schedule, "schedule");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.snapshotNanos = clock.nanos();
    }

    // ---- What a subclass provides. All but the events are called under the lock, one at a time.

    /**
     * Opens the state: from what is on disk, or from the newest snapshot that proves good, or empty. Must have called
     * {@link SnapshotDirectory#use} with the newest good snapshot, even when the state is newer than it.
     *
     * @return the position of the state
     * @throws IOException if there is no state from which the log could be continued
     */
    protected abstract LogPosition openState() throws IOException;

    /**
     * Applies one entry, above all that were applied before.
     *
     * @param entry not to be changed; may be kept
     * @return the outcome, for whoever proposed the entry here; not null
     * @throws Exception for anything that must not happen: marks this replica as failed
     */
    protected abstract Object applyEntry(LogPosition position, byte[] entry) throws Exception;

    /**
     * Notes that the log went on by an entry that is none of ours.
     *
     * @throws Exception marks this replica as failed
     */
    protected abstract void advanceState(LogPosition position) throws Exception;

    /**
     * Begins a snapshot of the present state, or looks after the one that was begun. Must be quick.
     *
     * @return the snapshot when it has been written, else null: it is under way, and this method is called again
     * @throws Exception marks this replica as failed
     */
    protected abstract @Nullable FinishedSnapshot pollSnapshot() throws Exception;

    /** Looks whether a received snapshot is complete and undamaged, before it replaces what is here. */
    protected abstract void checkSnapshot(SnapshotDirectory.Snapshot snapshot) throws IOException;

    /** Stops serving; {@link #loadState} or {@link #closeState} follows. A snapshot under way is given up. */
    protected abstract void pauseState();

    /**
     * Replaces the whole state.
     *
     * @throws Exception closes the division; it can be opened again
     */
    protected abstract void loadState(SnapshotDirectory.Snapshot snapshot) throws Exception;

    /** Closes the state in good order. Must not throw. */
    protected abstract void closeState();

    /**
     * Event: this replica leads and has applied the first entry of its term. On the applying thread; may propose.
     *
     * @param term the term it leads in
     */
    protected void onLeaderReady(long term) {}

    /** Event: this replica has stopped leading. Under the division's monitor: must neither wait nor call into it. */
    protected void onLeadershipLost() {}

    /**
     * Event: a newer configuration has been applied.
     *
     * @param configuration encoded {@code RaftConfigurationProto} of Ratis
     */
    protected void onConfiguration(LogPosition position, byte[] configuration) {}

    /** Event: this replica has failed. On any thread; must be short. */
    protected void onFailed(String reason) {}

    /** Event: the log cannot be written any more; every later write will fail too. The process should end. */
    protected void onLogFailed(Throwable cause) {}

    // ---- For the owner of the machine.

    /** Why this replica has failed; null while it has not. */
    public final @Nullable String failure() {
        return failure;
    }

    /** Last entry that is applied and visible. */
    public final long appliedIndex() {
        return waiters.applied();
    }

    /** Whether the state is not served because a received snapshot is about to replace it. */
    public final boolean isPaused() {
        synchronized (lock) {
            return paused;
        }
    }

    /**
     * Runs the action once everything up to the index is applied: at once, or on the applying thread. If the machine
     * closes first {@code onClosed} runs instead. Exactly one of the two runs.
     */
    public final void whenApplied(long index, Runnable action, Runnable onClosed) {
        waiters.await(index, action, onClosed);
    }

    /**
     * Looks after snapshots while nothing is applied: begins one that is due by age, publishes a finished one. To be called
     * now and then.
     */
    public final void tickSnapshots() {
        String failedNow;
        synchronized (lock) {
            failedNow = serving() ? pollSnapshots() : null;
        }
        if (failedNow != null) {
            onFailed(failedNow);
        }
    }

    /** Begins a snapshot at the next opportunity, due or not. */
    public final void requestSnapshot() {
        synchronized (lock) {
            snapshotRequested = true;
        }
    }

    /** Position of the state. */
    protected final LogPosition position() {
        synchronized (lock) {
            return applied;
        }
    }

    /** The snapshots of the group. */
    protected final SnapshotDirectory snapshots() {
        return snapshots;
    }

    // ---- What Ratis calls.

    @Override
    public final void initialize(RaftServer raftServer, RaftGroupId raftGroupId, RaftStorage storage)
            throws IOException {
        super.initialize(raftServer, raftGroupId, storage);
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            synchronized (lock) {
                                applied = openState();
                                startOver();
                            }
                        },
                        IOException.class);
        waiters.advance(position().index());
    }

    /** Counts for the next snapshot begin anew at the snapshot in use. Under the lock. */
    private void startOver() {
        SnapshotDirectory.Snapshot latest = snapshots.latest();
        newestSnapshotIndex = latest == null ? -1 : latest.position().index();
        purgeableIndex = -1;
        entriesSinceSnapshot = Math.max(0, applied.index() - newestSnapshotIndex);
        bytesSinceSnapshot = 0;
        snapshotNanos = clock.nanos();
        snapshotUnderWay = false;
        handedOver = TermIndex.valueOf(applied.term(), applied.index());
    }

    @Override
    public final TransactionContext startTransaction(RaftClientRequest request) {
        Message message = request.getMessage();
        TransactionContext context = TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setStateMachineContext(message)
                .build();
        if (!(message instanceof Proposal)) {
            // Ratis: RaftServerImpl#writeAsyncImpl answers with the exception, before it appends anything.
            context.setException(new IOException("Entries are proposed in the leader's own process only."));
        }
        return context;
    }

    @Override
    public final TransactionContext preAppendTransaction(TransactionContext context) {
        if (context.getStateMachineContext() instanceof Proposal proposal) {
            proposal.appending();
        }
        return context;
    }

    @Override
    public final CompletableFuture<Message> applyTransaction(TransactionContext context) {
        LogEntryProto entry = Objects.requireNonNull(context.getLogEntry(), "log entry");
        LogPosition position = new LogPosition(entry.getTerm(), entry.getIndex());
        Proposal proposal = context.getStateMachineContext() instanceof Proposal own ? own : null;
        Object outcome = null;
        String failedNow = null;
        synchronized (lock) {
            if (serving() && position.index() > applied.index()) {
                try {
                    byte[] bytes = proposal != null
                            ? proposal.entry()
                            : entry.getStateMachineLogEntry().getLogData().toByteArray();
                    outcome = applyEntry(position, bytes);
                    moveTo(position);
                    entriesSinceSnapshot++;
                    bytesSinceSnapshot += bytes.length;
                } catch (Throwable unexpected) {
                    failedNow = fail(position, unexpected);
                }
            }
        }
        handedOver(entry.getTerm(), entry.getIndex());
        if (failedNow != null) {
            onFailed(failedNow);
        }
        if (outcome != null) {
            waiters.advance(position.index());
        }
        if (proposal != null) {
            if (outcome != null) {
                proposal.applied(outcome);
            } else {
                String why = failure;
                proposal.fail(
                        ProposalException.Reason.REPLICA_FAILED,
                        0,
                        why == null ? "The replica is being replaced by a snapshot, or closes." : why);
            }
        }
        return DONE;
    }

    @Override
    public final void notifyTermIndexUpdated(long term, long index) {
        LogPosition position = new LogPosition(term, index);
        boolean advanced = false;
        String failedNow = null;
        synchronized (lock) {
            if (serving() && index > applied.index()) {
                try {
                    advanceState(position);
                    moveTo(position);
                    advanced = true;
                } catch (Throwable unexpected) {
                    failedNow = fail(position, unexpected);
                }
            }
        }
        handedOver(term, index);
        if (failedNow != null) {
            onFailed(failedNow);
        }
        if (advanced) {
            waiters.advance(index);
        }
    }

    private void moveTo(LogPosition position) {
        applied = position;
    }

    /** Ratis reads this to decide what of the log may leave memory, so it goes on even when the state does not. */
    private void handedOver(long term, long index) {
        if (index > handedOver.getIndex()) {
            handedOver = TermIndex.valueOf(term, index);
        }
    }

    @Override
    public final TermIndex getLastAppliedTermIndex() {
        return handedOver;
    }

    private boolean serving() {
        return !paused && !closed && failure == null;
    }

    /** Under the lock. */
    private String fail(LogPosition position, Throwable cause) {
        String text = cause.getMessage();
        String reason = "failed at " + position + ": "
                + (text == null ? cause.getClass().getSimpleName() : text);
        failure = reason;
        LOG.error("event=replica-failed group={} position={}", getGroupId(), position, cause);
        return reason;
    }

    // ---- Snapshots.

    @Override
    public final long takeSnapshot() {
        String failedNow;
        synchronized (lock) {
            if (!serving()) {
                return RaftLog.INVALID_LOG_INDEX;
            }
            failedNow = pollSnapshots();
            if (failedNow == null && purgeableIndex > returnedIndex) {
                try {
                    snapshots.forceConfiguration();
                    returnedIndex = purgeableIndex;
                    return returnedIndex;
                } catch (IOException e) {
                    LOG.warn("event=purge-postponed group={} index={}", getGroupId(), purgeableIndex, e);
                }
            }
        }
        if (failedNow != null) {
            onFailed(failedNow);
        }
        return RaftLog.INVALID_LOG_INDEX;
    }

    /** Under the lock. Returns a reason when the replica failed by it. */
    private @Nullable String pollSnapshots() {
        if (!snapshotUnderWay) {
            if (!snapshotDue()) {
                return null;
            }
            snapshotUnderWay = true;
            snapshotRequested = false;
            entriesSinceSnapshot = 0;
            bytesSinceSnapshot = 0;
            snapshotNanos = clock.nanos();
        }
        try {
            FinishedSnapshot finished = pollSnapshot();
            if (finished != null) {
                snapshotUnderWay = false;
                publish(finished);
            }
            return null;
        } catch (Exception unexpected) {
            return fail(applied, unexpected);
        }
    }

    private boolean snapshotDue() {
        if (applied.index() <= newestSnapshotIndex) {
            return false;
        }
        long ageMillis = (clock.nanos() - snapshotNanos) / 1_000_000;
        return snapshotRequested
                || schedule.due(entriesSinceSnapshot, bytesSinceSnapshot, ageMillis, lastSnapshotBytes);
    }

    private void publish(FinishedSnapshot finished) throws IOException {
        if (finished.position().index() <= newestSnapshotIndex) {
            DurableFiles.deleteTree(finished.file());
            return;
        }
        snapshots.publish(finished.file(), finished.position());
        purgeableIndex = newestSnapshotIndex;
        newestSnapshotIndex = finished.position().index();
        lastSnapshotBytes = finished.sizeBytes();
        entriesSinceSnapshot = Math.max(0, applied.index() - newestSnapshotIndex);
        LOG.info(
                "event=snapshot group={} position={} bytes={}",
                getGroupId(),
                finished.position(),
                finished.sizeBytes());
    }

    /**
     * Called when a snapshot has been received completely, before it replaces the present ones. Throwing refuses it: the
     * leader is told and nothing has changed (Ratis: {@code SnapshotInstallationHandler#checkAndInstallSnapshot}).
     */
    @Override
    public final void pause() {
        try {
            long index = snapshots.forceIncoming(this::checkSnapshot);
            LOG.info("event=snapshot-received group={} index={}", getGroupId(), index);
        } catch (IOException e) {
            throw new UncheckedIOException("received snapshot refused", e);
        }
        synchronized (lock) {
            // Already paused when the directories could not be exchanged the last time.
            if (!paused && !closed) {
                getLifeCycle().transition(LifeCycle.State.PAUSING);
                paused = true;
                pauseState();
                getLifeCycle().transition(LifeCycle.State.PAUSED);
            }
        }
    }

    @Override
    public final void reinitialize() throws IOException {
        LogPosition loaded;
        synchronized (lock) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            SnapshotDirectory.Snapshot received = snapshots.reload();
            if (received == null) {
                throw new IOException("the received snapshot is not there");
            }
            try {
                loadState(received);
            } catch (Exception e) {
                throw new IOException("received snapshot " + received.position() + " cannot be loaded", e);
            }
            failure = null;
            paused = false;
            applied = received.position();
            loaded = applied;
            startOver();
            returnedIndex = -1;
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
        waiters.advance(loaded.index());
        LOG.info("event=snapshot-loaded group={} position={}", getGroupId(), loaded);
    }

    @Override
    public final void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            closeState();
        }
        waiters.close();
        getLifeCycle().checkStateAndClose();
    }

    @Override
    public final StateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    // ---- Events.

    @Override
    public final void notifyLeaderReady() {
        onLeaderReady(currentTerm());
    }

    private long currentTerm() {
        try {
            return getServer().join().getDivision(getGroupId()).getInfo().getCurrentTerm();
        } catch (IOException e) {
            // The group is being removed; nothing that is proposed now can succeed.
            return 0;
        }
    }

    @Override
    public final void notifyNotLeader(Collection<TransactionContext> pending) {
        onLeadershipLost();
    }

    @Override
    public final void notifyLeaderChanged(RaftGroupMemberId member, @Nullable RaftPeerId leader) {
        // Views ask the division itself.
    }

    @Override
    public final void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        onConfiguration(new LogPosition(term, index), configuration.toByteArray());
    }

    @Override
    public final void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        LOG.error("event=log-failed group={}", getGroupId(), cause);
        onLogFailed(cause);
    }
}
