package io.ringkv.server.replica;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.raft.DivisionState;
import io.ringkv.raft.ProposalException;
import io.ringkv.raft.RaftDivision;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.engine.EngineStats;
import io.ringkv.server.engine.ReplicaDigests;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.raft.ShardStateMachine;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.ShardMeta;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a group on this server, whether its division is open at the moment or not. The same object for as long as the
 * server hosts it; division and state machine come and go.
 *
 * <p>The division is read from a field that is set after the group was opened and cleared before it is closed. A reference
 * that outlives its division does no harm: a closed division is not RUNNING any more, and that is asked after its term.
 *
 * <p>Threading: what {@link ShardReplica} offers, from any thread; the rest from the control threads.
 */
final class HostedReplica implements ShardReplica {
    private static final Logger LOG = LoggerFactory.getLogger(HostedReplica.class);
    private static final long STEP_DOWN_TIMEOUT_MILLIS = 2_000;
    private static final EngineStats NOTHING = new EngineStats(0, 0, 0, 0, 0, 0);

    private record Voters(Set<Long> source, Set<ServerId> ids) {
        private static final Voters NONE = new Voters(Set.of(), Set.of());

        static Voters of(Set<Long> source, Voters known) {
            return source == known.source
                    ? known
                    : new Voters(source, source.stream().map(ServerId::new).collect(Collectors.toUnmodifiableSet()));
        }
    }

    private final ShardId shard;
    private final int incarnation;
    private final GroupId group;
    private final NanoClock clock;
    private final Executor control;
    private final ReplicaCondition condition = new ReplicaCondition();
    private final AtomicBoolean steppingDown = new AtomicBoolean();
    private volatile @Nullable RaftDivision division;
    private volatile @Nullable ShardStateMachine machine;
    private volatile @Nullable LedTime ledTime;
    /** Highest replica epoch of a fence that was proposed here; written by the thread that obeys instructions. */
    private volatile long fenceProposed;

    /** When it was first seen that nobody is known to lead; 0 while somebody is, and while it is not open. */
    private volatile long leaderlessSinceNanos;

    private volatile Voters voters = Voters.NONE;
    private volatile Voters previousVoters = Voters.NONE;

    /** @param control runs what may wait */
    HostedReplica(LedgerEntry entry, NanoClock clock, Executor control) {
        this.shard = entry.shard();
        this.incarnation = entry.incarnation();
        this.group = entry.group();
        this.clock = clock;
        this.control = control;
    }

    @Override
    public ShardId shard() {
        return shard;
    }

    @Override
    public int incarnation() {
        return incarnation;
    }

    @Override
    public GroupId group() {
        return group;
    }

    /** What the host is doing about it. */
    ReplicaCondition condition() {
        return condition;
    }

    /** From now on the division is this one. */
    void opened(ShardStateMachine newMachine, RaftDivision newDivision) {
        machine = newMachine;
        division = newDivision;
    }

    /** From now on there is no division; the state stays readable until it is closed. */
    void closing() {
        division = null;
        ledTime = null;
    }

    @Nullable
    RaftDivision raftDivision() {
        return division;
    }

    @Nullable
    ShardStateMachine machine() {
        return machine;
    }

    /** What the division says of itself. */
    DivisionState divisionState() {
        RaftDivision present = division;
        return present == null ? DivisionState.ABSENT : present.state();
    }

    @Override
    public DivisionView division() {
        DivisionState state = divisionState();
        Voters current = Voters.of(state.voters(), voters);
        Voters previous = Voters.of(state.previousVoters(), previousVoters);
        voters = current;
        previousVoters = previous;
        return new DivisionView(
                state.running(),
                state.lifeCycle(),
                state.term(),
                state.leader(),
                state.ready(),
                state.settled(),
                state.commitIndex(),
                current.ids(),
                previous.ids(),
                state.leaderHint() == 0 ? null : new ServerId(state.leaderHint()));
    }

    @Override
    public boolean serving() {
        RaftDivision present = division;
        return present != null && present.leadsAndIsReady() && failure() == null;
    }

    /** Notes whether anybody is known to lead; called at every tick of the supervisor. */
    void lookForLeader(DivisionState state) {
        boolean isLed = !state.running() || state.leader() || state.leaderHint() != 0;
        if (isLed) {
            leaderlessSinceNanos = 0;
        } else if (leaderlessSinceNanos == 0) {
            leaderlessSinceNanos = Math.max(1, clock.nanos());
        }
    }

    @Override
    public long leaderlessMillis() {
        long since = leaderlessSinceNanos;
        return since == 0 ? 0 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(clock.nanos() - since));
    }

    @Override
    public long termIfRunning() {
        RaftDivision present = division;
        return present == null ? 0 : present.runningTerm();
    }

    @Override
    public void stepDown(String reason) {
        RaftDivision present = division;
        if (present != null && present.leadsAndIsReady() && steppingDown.compareAndSet(false, true)) {
            LOG.warn("event=stepping-down shard={} reason=\"{}\"", shard, reason);
            control.execute(() -> {
                CompletableFuture<Void> unused = present.stepDown(STEP_DOWN_TIMEOUT_MILLIS)
                        .whenComplete((done, failure) -> steppingDown.set(false));
            });
        }
    }

    /** Why the state machine has failed, or a read has found its store damaged; null while neither did. */
    @Nullable
    String failure() {
        ShardStateMachine present = machine;
        if (present == null) {
            return null;
        }
        String failed = present.failure();
        return failed == null && present.engine().isDamaged() ? present.engine().failure() : failed;
    }

    /** Whether the state failed because its store is damaged, so that making it anew would help. */
    boolean isDamaged() {
        ShardStateMachine present = machine;
        return present != null && present.engine().isDamaged();
    }

    @Override
    public ShardReader reader() {
        ShardStateMachine present = machine;
        return present == null ? ClosedShardReader.INSTANCE : present.engine().reader();
    }

    @Override
    public EngineStats stats() {
        ShardStateMachine present = machine;
        return present == null ? NOTHING : present.engine().stats();
    }

    /** Digests to be compared with those of the shard's other replicas; null while nothing is open. */
    @Nullable
    ReplicaDigests digests() {
        ShardStateMachine present = machine;
        return present == null ? null : present.engine().digests();
    }

    /** Last entry that is applied and visible; -1 = none. */
    long appliedIndex() {
        ShardStateMachine present = machine;
        return present == null ? -1 : present.appliedIndex();
    }

    /** What the shard knows of itself; null before its first entry, and while the replica is not served. */
    @Nullable
    ShardMeta meta() {
        try {
            return reader().meta();
        } catch (EngineClosedException e) {
            return null;
        }
    }

    @Override
    public CompletionStage<EntryOutcome> submit(byte[] entry) {
        RaftDivision present = division;
        CompletableFuture<EntryOutcome> outcome = new CompletableFuture<>();
        if (present == null) {
            outcome.completeExceptionally(
                    new SubmitException(ErrorCode.STARTING, true, null, "The replica is not open."));
            return outcome;
        }
        String failed = failure();
        if (failed != null) {
            outcome.completeExceptionally(new SubmitException(ErrorCode.REPLICA_FAILED, true, null, failed));
            return outcome;
        }
        CompletableFuture<Object> unused = present.propose(entry).whenComplete((applied, failure) -> {
            if (failure != null) {
                outcome.completeExceptionally(translate(failure));
            } else {
                outcome.complete((EntryOutcome) applied);
            }
        });
        return outcome;
    }

    private static SubmitException translate(Throwable failure) {
        if (!(failure instanceof ProposalException refusal)) {
            return new SubmitException(ErrorCode.INTERNAL, false, null, failure.toString());
        }
        ServerId leader = refusal.leaderHint() == 0 ? null : new ServerId(refusal.leaderHint());
        return new SubmitException(
                codeOf(refusal.reason()), refusal.notAppended(), leader, String.valueOf(refusal.getMessage()));
    }

    private static ErrorCode codeOf(ProposalException.Reason reason) {
        return switch (reason) {
            case NOT_LEADER, STEPPING_DOWN -> ErrorCode.NOT_LEADER;
            case NOT_READY -> ErrorCode.LEADER_NOT_READY;
            case OVERLOADED -> ErrorCode.SHARD_QUEUE_FULL;
            case TOO_LARGE -> ErrorCode.BATCH_TOO_LARGE;
            case NOT_RUNNING -> ErrorCode.STARTING;
            case REPLICA_FAILED -> ErrorCode.REPLICA_FAILED;
            case OTHER -> ErrorCode.UNAVAILABLE;
        };
    }

    /** A fence of this replica epoch is about to be proposed: it may come into force at any moment from now on. */
    void proposesFence(long replicaEpoch) {
        fenceProposed = Math.max(fenceProposed, replicaEpoch);
    }

    /** Highest replica epoch of a fence that may have been proposed here, applied or not. */
    long fenceProposed() {
        return fenceProposed;
    }

    /** This replica leads from now on: the shard's time goes on from what its state says. */
    void beginLeading() {
        ShardMeta meta = meta();
        ledTime = new LedTime(meta == null ? 0 : meta.shardTimeMillis(), clock);
    }

    void endLeading() {
        ledTime = null;
    }

    @Override
    public long shardTimeMillis() {
        LedTime led = ledTime;
        if (led != null) {
            return led.millis();
        }
        ShardMeta meta = meta();
        return meta == null ? 0 : meta.shardTimeMillis();
    }

    @Override
    public void whenApplied(long index, Runnable action, Runnable closed) {
        ShardStateMachine present = machine;
        if (present == null) {
            closed.run();
        } else {
            present.whenApplied(index, action, closed);
        }
    }

    @Override
    public String toString() {
        return "replica of shard " + shard + " (incarnation " + incarnation + ", group " + group + ")";
    }
}
