package io.ringkv.manager.raft;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.time.NanoClock;
import io.ringkv.manager.control.ClusterLog;
import io.ringkv.manager.control.Leadership;
import io.ringkv.manager.control.ProposalFailedException;
import io.ringkv.manager.log.EntryCodec;
import io.ringkv.manager.member.MemberGroup;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.raft.DivisionState;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.FollowerProgress;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.ProposalException;
import io.ringkv.raft.RaftDivision;
import io.ringkv.raft.RaftMember;
import io.ringkv.raft.RaftNode;
import io.ringkv.raft.RatisSettings;
import io.ringkv.raft.SnapshotDirectory;
import io.ringkv.raft.SnapshotSchedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * This process' member of the manager group: Ratis on one side, the {@link ClusterLog} on the other.
 *
 * <p>Threading: what {@link ClusterLog} offers, from any thread. Opening and closing wait, and belong to whoever starts and
 * ends the process.
 */
public final class ManagerRaft implements ClusterLog, AutoCloseable {

    private static final String NEW_SNAPSHOT = "manager-snapshot.new";
    private static final long OPEN_TIMEOUT_MILLIS = 30_000;

    private static final long STEP_DOWN_MILLIS = 3_000;

    /** How often a group that has ended is looked at before it counts as a failure. */
    private static final int ENDED_LOOKS = 15;

    /** Life cycles from which a group does not come back by itself. */
    private static final Set<String> ENDED = Set.of("CLOSING", "CLOSED", "EXCEPTION", "ABSENT");

    /** A manager writes few entries, and its state is small. */
    private static final SnapshotSchedule SNAPSHOTS = new SnapshotSchedule(10_000, 16L << 20, 3_600_000);

    /** What the owner wants to know. Called on threads of Ratis: must return at once. */
    public interface Listener {
        /** State or leadership is another one. */
        void changed();

        /** This member can no longer do its part; the process should end. */
        void failed(RingKvException reason);
    }

    private final Listener listener;
    private final Path storage;
    private final RaftNode node;
    private volatile ClusterState state = ClusterState.EMPTY;
    private volatile @Nullable GroupId group;
    private final MemberGroup members;
    private boolean hasWithdrawn;
    private int endedLooks;

    private ManagerRaft(
            ManagerId self, RatisSettings settings, SnapshotSchedule schedule, NanoClock clock, Listener listener)
            throws IOException {
        this.listener = Objects.requireNonNull(listener, "listener");
        this.storage = settings.storageDirectory();
        DurableFiles.createDirectories(storage);
        this.node = RaftNode.start(self.value(), settings, opened -> machine(opened, schedule, clock));
        this.members = new RaftMemberGroup(self, this::division);
    }

    /**
     * Starts the Raft server of this process, without group.
     *
     * @throws RingKvException {@code PORT_IN_USE}
     * @throws IOException if the disk or Ratis fails
     */
    public static ManagerRaft start(ManagerId self, RatisSettings settings, NanoClock clock, Listener listener)
            throws IOException {
        return start(self, settings, SNAPSHOTS, clock, listener);
    }

    static ManagerRaft start(
            ManagerId self, RatisSettings settings, SnapshotSchedule schedule, NanoClock clock, Listener listener)
            throws IOException {
        return new ManagerRaft(self, settings, schedule, clock, listener);
    }

    private ManagerStateMachine machine(GroupId opened, SnapshotSchedule schedule, NanoClock clock) {
        SnapshotDirectory snapshots = SnapshotDirectory.of(storage.resolve(opened.toString()));
        return new ManagerStateMachine(snapshots, storage.resolve(NEW_SNAPSHOT), schedule, clock, new Relay());
    }

    /** The group, to be looked at and changed. */
    public MemberGroup members() {
        return members;
    }

    /** The port of Raft. */
    public int port() {
        return node.port();
    }

    /** Whether this process has a log of the group on disk, with the term and the vote that belong to it. */
    public boolean hasLog(GroupId wanted) {
        return disk("looked at", () -> GroupDirectory.of(storage, wanted).holdsTermAndVote());
    }

    /**
     * Makes the log of a group that begins with these members, complete or not at all, so that it can be opened like any other.
     * The caller answers for it that this process has never been a member before: a member that forgot its votes could help to
     * elect a second leader.
     */
    public void makeLog(GroupId wanted, List<ManagerRecord> managers) {
        List<RaftMember> members = managers.stream()
                .map(manager -> new RaftMember(manager.id().value(), manager.raftAddress()))
                .toList();
        boolean unused = disk("made", () -> {
            DurableFiles.deleteTree(node.directoryOf(wanted));
            GroupDirectory.of(storage, wanted).makeFirst(members);
            return true;
        });
    }

    /**
     * Makes the log of a manager that is to join a group, durably: without voters, so that it takes no part before a leader
     * makes it a voter, and with a term below which it obeys no leader. What was there was never opened, and is thrown away.
     *
     * @param termFloor at most the term of the group's present leader: above it that leader could never add this manager
     */
    public void makeJoiningLog(GroupId wanted, long termFloor) {
        boolean unused = disk("made", () -> {
            DurableFiles.deleteTree(node.directoryOf(wanted));
            GroupDirectory.of(storage, wanted).makeJoining(termFloor, node.id());
            return true;
        });
    }

    /** To be called before the group is opened, if the host stopped in disorder: a vote of this member may have vanished. */
    public void forgetVotes(GroupId wanted) {
        boolean unused = disk("changed", () -> {
            GroupDirectory.of(storage, wanted).raiseTermAfterHostStop(node.id());
            return true;
        });
    }

    /** Whether the log on disk knows who the voters are, or who they were when the group began. */
    public boolean knowsVoters(GroupId wanted) {
        return disk("read", () -> {
            GroupDirectory directory = GroupDirectory.of(storage, wanted);
            return directory.beganWithVoters()
                    || directory.newestConfiguration().index() >= 0;
        });
    }

    /** Work on the disk. */
    @FunctionalInterface
    private interface DiskWork {
        boolean run() throws IOException;
    }

    private static boolean disk(String what, DiskWork work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new RingKvException(ErrorCode.DATA_DIRECTORY_UNREADABLE, "The manager's log could not be " + what, e);
        }
    }

    /**
     * Opens the group from its log on disk.
     *
     * @throws RingKvException if it does not open in time
     */
    public void open(GroupId wanted) {
        await(node.open(wanted), wanted);
        group = wanted;
        listener.changed();
    }

    private static void await(CompletableFuture<RaftDivision> opening, GroupId wanted) {
        try {
            opening.get(OPEN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RingKvException(ErrorCode.SHUTTING_DOWN, "Interrupted while the manager's log was opened", e);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RingKvException(
                    ErrorCode.DATA_DIRECTORY_UNREADABLE, "The manager's log " + wanted + " could not be opened", cause);
        }
    }

    @Override
    public ClusterState state() {
        return state;
    }

    @Override
    public Leadership leadership() {
        RaftDivision division = division();
        if (division == null) {
            return Leadership.NONE;
        }
        DivisionState now = division.state();
        // A member whose state has failed still leads for Ratis, with a state that has stood still since.
        boolean isSound = division.machine().failure() == null;
        boolean leads = isSound && now.running() && now.leader() && now.ready() && now.settled();
        return new Leadership(leads, now.term(), now.leaderHint() == 0 ? null : new ManagerId(now.leaderHint()));
    }

    @Override
    public CompletionStage<Applied> propose(LoggedCommand command) {
        return proposeBytes(EntryCodec.encode(command));
    }

    CompletionStage<Applied> proposeBytes(byte[] entry) {
        RaftDivision division = division();
        if (division == null) {
            return CompletableFuture.failedFuture(
                    new ProposalFailedException(true, "the manager group is not open here"));
        }
        return division.propose(entry).thenApply(Applied.class::cast).exceptionally(failure -> {
            Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : failure;
            boolean isCertain = cause instanceof ProposalException refused && refused.notAppended();
            throw new ProposalFailedException(isCertain, String.valueOf(cause.getMessage()));
        });
    }

    @Override
    public Map<ManagerId, Long> silentMillis() {
        RaftDivision division = division();
        Map<ManagerId, Long> silent = new TreeMap<>();
        if (division != null) {
            for (FollowerProgress follower : division.followers()) {
                silent.put(new ManagerId(follower.id()), follower.silentMillis());
            }
        }
        return silent;
    }

    /**
     * Looks after what happens without any entry: snapshots that are due, and whether Raft still runs; it may close itself
     * while the process lives on. To be called every second or so.
     */
    public void tend() {
        RaftDivision division = division();
        if (division == null) {
            return;
        }
        division.machine().tickSnapshots();
        if (division.machine().failure() != null && !hasWithdrawn) {
            hasWithdrawn = true;
            CompletableFuture<Void> unused = division.neverStandAgain()
                    .thenCompose(done -> division.stepDown(STEP_DOWN_MILLIS))
                    .exceptionally(failure -> null);
        }
        String lifeCycle = division.state().lifeCycle();
        endedLooks = ENDED.contains(lifeCycle) ? endedLooks + 1 : 0;
        // Raft also closes the group of one that is no member any more; it learns that from the others in the meantime.
        if (!node.isRunning() || endedLooks > ENDED_LOOKS) {
            listener.failed(new RingKvException(
                    ErrorCode.INTERNAL,
                    "Raft has closed the manager's group by itself; its life cycle is " + lifeCycle));
        }
    }

    /** Hands leadership to the member that is furthest, if this one leads; waits for it, bounded. */
    public void handLeadershipAway(long timeoutMillis) {
        RaftDivision division = division();
        if (division == null || !division.state().leader()) {
            return;
        }
        List<FollowerProgress> nearestFirst = division.followers().stream()
                .sorted(Comparator.comparingLong(FollowerProgress::matchIndex)
                        .reversed()
                        .thenComparingLong(FollowerProgress::silentMillis))
                .toList();
        if (nearestFirst.isEmpty()) {
            return;
        }
        try {
            division.transferLeadership(nearestFirst.get(0).id(), timeoutMillis)
                    .get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The others elect a leader by themselves once this one is silent.
            return;
        }
    }

    private @Nullable RaftDivision division() {
        GroupId open = group;
        return open == null ? null : node.division(open);
    }

    /** Closes the log in good order, and makes all names in its directory durable. */
    @Override
    public void close() {
        node.close();
        GroupId closed = group;
        if (closed != null) {
            boolean unused = disk("forced", () -> {
                GroupDirectory.of(storage, closed).force();
                return true;
            });
        }
    }

    /** From the state machine to the owner. */
    private final class Relay implements ManagerStateMachine.Observer {

        @Override
        public void stateIs(ClusterState newer) {
            state = newer;
            listener.changed();
        }

        @Override
        public void leadershipChanged() {
            listener.changed();
        }

        @Override
        public void failed(boolean isUnreadable, String reason) {
            listener.failed(new RingKvException(
                    isUnreadable ? ErrorCode.LOG_ENTRY_UNKNOWN : ErrorCode.INTERNAL,
                    "This manager can no longer follow its log: it " + reason));
        }

        @Override
        public void logFailed(Throwable cause) {
            listener.failed(new RingKvException(ErrorCode.DISK_FAILED, "The manager's log cannot be written", cause));
        }
    }
}
