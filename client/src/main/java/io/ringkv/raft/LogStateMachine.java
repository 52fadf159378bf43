package io.ringkv.raft;

import io.ringkv.common.time.NanoClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
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
 * </ul>
 */
public abstract class LogStateMachine extends RatisStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(LogStateMachine.class);
    private static final CompletableFuture<Message> DONE = CompletableFuture.completedFuture(Message.EMPTY);

    private final ReentrantLock lock = new ReentrantLock();
    private final SnapshotDirectory snapshots;
    private final AppliedWaiters waiters = new AppliedWaiters(-1);
    private volatile @Nullable String failure;
    private volatile boolean paused;

    // Below: under the lock.
    private final SnapshotProgress progress;
    private LogPosition applied = LogPosition.NONE;
    private boolean closed;
    private long returnedIndex = -1;

    /** @param snapshots the snapshots of the group this machine is for */
    protected LogStateMachine(SnapshotDirectory snapshots, SnapshotSchedule schedule, NanoClock clock) {
        this.snapshots = Objects.requireNonNull(snapshots, "snapshots");
        this.progress = new SnapshotProgress(snapshots, schedule, clock);
    }

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
        return paused;
    }

    /**
     * Runs the action once everything up to the index is applied: at once, or on the applying thread. If the machine
     * closes or fails first {@code onClosed} runs instead. Exactly one of the two runs.
     */
    public final void whenApplied(long index, Runnable action, Runnable onClosed) {
        waiters.await(index, action, onClosed);
    }

    /**
     * Looks after snapshots while nothing is applied: begins one that is due by age, publishes a finished one. To be called
     * now and then. Does nothing while the machine is busy.
     */
    public final void tickSnapshots() {
        if (lock.tryLock()) {
            String failedNow;
            try {
                failedNow = serving() ? pollSnapshots() : null;
            } finally {
                lock.unlock();
            }
            tell(failedNow);
        }
    }

    /** Asks for a snapshot at the next opportunity, due or not. */
    public final void requestSnapshot() {
        lock.lock();
        try {
            progress.request();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads from the state while nothing is applied.
     *
     * @return what the reader returns; null when the machine is busy, or not serving
     */
    protected final <T> @Nullable T readIfIdle(Supplier<T> reader) {
        if (!lock.tryLock()) {
            return null;
        }
        try {
            return serving() ? reader.get() : null;
        } finally {
            lock.unlock();
        }
    }

    /** Position of the state. */
    protected final LogPosition position() {
        lock.lock();
        try {
            return applied;
        } finally {
            lock.unlock();
        }
    }

    /** The snapshots of the group. */
    protected final SnapshotDirectory snapshots() {
        return snapshots;
    }

    // ---- What Ratis calls.

    @Override
    public final void initialize(RaftServer raftServer, RaftGroupId raftGroupId, RaftStorage raftStorage)
            throws IOException {
        super.initialize(raftServer, raftGroupId, raftStorage);
        getLifeCycle().startAndTransition(this::open, IOException.class);
        waiters.advance(position().index());
    }

    private void open() throws IOException {
        lock.lock();
        try {
            startAt(openState());
        } finally {
            lock.unlock();
        }
    }

    private void startAt(LogPosition position) {
        applied = position;
        handOver(position);
        progress.startOver(position.index());
        returnedIndex = -1;
    }

    @Override
    public final CompletableFuture<Message> applyTransaction(TransactionContext context) {
        LogEntryProto entry = Objects.requireNonNull(context.getLogEntry(), "log entry");
        LogPosition position = new LogPosition(entry.getTerm(), entry.getIndex());
        Proposal proposal = context.getStateMachineContext() instanceof Proposal own ? own : null;
        Object outcome = goOn(position, () -> {
            byte[] bytes = proposal != null
                    ? proposal.entry()
                    : entry.getStateMachineLogEntry().getLogData().toByteArray();
            Object result = applyEntry(position, bytes);
            progress.applied(position.index(), bytes.length);
            return result;
        });
        if (proposal != null) {
            proposal.settle(outcome, failure);
        }
        return DONE;
    }

    @Override
    public final void notifyTermIndexUpdated(long term, long index) {
        LogPosition position = new LogPosition(term, index);
        goOn(position, () -> {
            advanceState(position);
            progress.applied(index, 0);
            return position;
        });
    }

    /** Moves the state on by one entry; returns what the step returns, null when it was not taken or failed. */
    private @Nullable Object goOn(LogPosition position, Callable<Object> step) {
        Object result = null;
        String failedNow = null;
        lock.lock();
        try {
            if (serving() && position.index() > applied.index()) {
                result = step.call();
                applied = position;
            }
        } catch (Throwable unexpected) {
            result = null;
            failedNow = fail(position, unexpected);
        } finally {
            lock.unlock();
        }
        handOver(position);
        tell(failedNow);
        if (result != null) {
            waiters.advance(position.index());
        }
        return result;
    }

    private boolean serving() {
        return !paused && !closed && failure == null;
    }

    /** Under the lock. */
    private String fail(LogPosition position, Throwable cause) {
        String text =
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        String reason = "failed at " + position + ": " + text;
        failure = reason;
        waiters.stop();
        LOG.error("event=replica-failed group={} position={}", getGroupId(), position, cause);
        return reason;
    }

    private void tell(@Nullable String failedNow) {
        if (failedNow != null) {
            waiters.tellStopped();
            onFailed(failedNow);
        }
    }

    // ---- Snapshots.

    @Override
    public final long takeSnapshot() {
        long purgeable = RaftLog.INVALID_LOG_INDEX;
        String failedNow = null;
        lock.lock();
        try {
            if (serving()) {
                failedNow = pollSnapshots();
                purgeable = failedNow == null ? newPurgeable() : RaftLog.INVALID_LOG_INDEX;
            }
        } finally {
            lock.unlock();
        }
        tell(failedNow);
        return purgeable;
    }

    /** Under the lock. What Ratis may purge that it may not have before, or -1. */
    private long newPurgeable() {
        long purgeable = progress.purgeableIndex();
        if (purgeable <= returnedIndex) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        try {
            snapshots.forceConfiguration();
        } catch (IOException e) {
            LOG.warn("event=purge-postponed group={} index={}", getGroupId(), purgeable, e);
            return RaftLog.INVALID_LOG_INDEX;
        }
        returnedIndex = purgeable;
        return purgeable;
    }

    /** Under the lock. Returns a reason when the replica failed by it. */
    private @Nullable String pollSnapshots() {
        if (!progress.wanted()) {
            return null;
        }
        try {
            progress.begin();
            FinishedSnapshot finished = pollSnapshot();
            if (finished != null) {
                progress.finish(finished);
                LOG.info(
                        "event=snapshot group={} position={} bytes={}",
                        getGroupId(),
                        finished.position(),
                        finished.sizeBytes());
            }
            return null;
        } catch (Exception unexpected) {
            return fail(applied, unexpected);
        }
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
        lock.lock();
        try {
            // Already paused when the directories could not be exchanged the last time.
            if (!paused && !closed) {
                getLifeCycle().transition(LifeCycle.State.PAUSING);
                paused = true;
                pauseState();
                getLifeCycle().transition(LifeCycle.State.PAUSED);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void reinitialize() throws IOException {
        getLifeCycle().transition(LifeCycle.State.STARTING);
        LogPosition loaded = replaceState();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
        waiters.advance(loaded.index());
        LOG.info("event=snapshot-loaded group={} position={}", getGroupId(), loaded);
    }

    private LogPosition replaceState() throws IOException {
        lock.lock();
        try {
            SnapshotDirectory.Snapshot received = snapshots.reload();
            if (received == null) {
                throw new IOException("the received snapshot is not there");
            }
            loadState(received);
            failure = null;
            paused = false;
            waiters.goOn();
            startAt(received.position());
            return received.position();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the received snapshot cannot be loaded", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            closeState();
        } finally {
            lock.unlock();
        }
        waiters.close();
        getLifeCycle().checkStateAndClose();
    }

    @Override
    public final StateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    @Override
    final void configurationChanged(LogPosition position, byte[] configuration) {
        lock.lock();
        try {
            if (serving()) {
                onConfiguration(position, configuration);
            }
        } finally {
            lock.unlock();
        }
    }
}
