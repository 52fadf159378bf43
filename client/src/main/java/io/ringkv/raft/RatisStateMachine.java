package io.ringkv.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of {@link LogStateMachine} without state of its own: what a subclass provides, and the translation of proposals
 * into Ratis' transactions and of Ratis' events into ours.
 *
 * <p>Only our own proposals enter the log. Ratis' port takes requests of Ratis' own client too; they are refused before they
 * are appended.
 */
abstract class RatisStateMachine extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(RatisStateMachine.class);

    /**
     * A snapshot that has been written.
     *
     * @param file where it is: complete and durable, on the file system of the group's directory
     * @param position the state it holds
     * @param sizeBytes its length
     */
    public record FinishedSnapshot(Path file, LogPosition position, long sizeBytes) {}

    private volatile TermIndex handedOver = TermIndex.INITIAL_VALUE;
    private volatile boolean toldToLeave;
    private volatile @Nullable RaftStorage storage;

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
     * Event: a newer configuration is in force. Called like {@link LogStateMachine#applyEntry}, before the position is
     * advanced to.
     *
     * @param configuration encoded {@code RaftConfigurationProto} of Ratis
     */
    protected void onConfiguration(LogPosition position, byte[] configuration) {}

    /** Event: this replica has failed. On any thread; must be short. */
    protected void onFailed(String reason) {}

    /** Event: the log cannot be written any more; every later write will fail too. The process should end. */
    protected void onLogFailed(Throwable cause) {}

    /**
     * Whether the division closed because a leader answered that the group goes on without this member. It asked for votes
     * after it had heard nothing for a while: those who were removed are not told otherwise.
     */
    public final boolean toldToLeave() {
        return toldToLeave;
    }

    @Override
    public final void notifyServerShutdown(RoleInfoProto role, boolean wholeServer) {
        // Ratis: LeaderElection#shutdown, after the division has closed; with true when we close the server.
        toldToLeave |= !wholeServer;
    }

    @Override
    public void initialize(RaftServer raftServer, RaftGroupId raftGroupId, RaftStorage raftStorage) throws IOException {
        storage = raftStorage;
        super.initialize(raftServer, raftGroupId, raftStorage);
    }

    /**
     * Gives up an opening that failed. Ratis drops such a division without closing it, and with it the lock on the group's
     * directory (Ratis: {@code RaftServerProxy#groupAddAsync}), so that it could never be opened again by this process.
     */
    public final void abandon() {
        RaftStorage unfinished = storage;
        try {
            close();
            if (unfinished != null) {
                unfinished.close();
            }
        } catch (IOException e) {
            LOG.warn("event=directory-not-unlocked group={}", getGroupId(), e);
        }
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

    /** Notes that Ratis handed over an entry, whatever became of it. Lower ones than before are ignored. */
    final void handOver(LogPosition position) {
        if (position.index() > handedOver.getIndex()) {
            handedOver = TermIndex.valueOf(position.term(), position.index());
        }
    }

    /** Ratis reads this to decide what of the log may leave memory, so it goes on even when the state does not. */
    @Override
    public final TermIndex getLastAppliedTermIndex() {
        return handedOver;
    }

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
        configurationChanged(new LogPosition(term, index), configuration.toByteArray());
    }

    /** A newer configuration is in force; on the applying thread, or a network thread when it came with a snapshot. */
    abstract void configurationChanged(LogPosition position, byte[] configuration);

    @Override
    public final void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        LOG.error("event=log-failed group={}", getGroupId(), cause);
        onLogFailed(cause);
    }
}
