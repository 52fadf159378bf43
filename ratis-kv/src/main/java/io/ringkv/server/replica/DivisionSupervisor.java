package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import io.ringkv.raft.DivisionState;
import io.ringkv.raft.FollowerProgress;
import io.ringkv.raft.RaftDivision;
import io.ringkv.server.raft.ShardStateMachine;
import io.ringkv.server.shard.ShardMeta;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after every division at each tick: restores one that closed, keeps a failed replica from leading, begins a new shard,
 * lets idle sessions expire, moves snapshots on.
 *
 * <p>{@link #tick} runs on one thread and never waits; what may wait goes to the control threads.
 */
final class DivisionSupervisor {
    private static final Logger LOG = LoggerFactory.getLogger(DivisionSupervisor.class);
    private static final int EXPIRY_TICKS = 10;
    /** As many as one entry may forget. */
    private static final int MOST_EXPIRED = 64;

    private static final long STEP_DOWN_TIMEOUT_MILLIS = 2_000;
    /** A received snapshot is in place within milliseconds of the pause, unless something went wrong. */
    private static final int MOST_PAUSED_TICKS = 60;
    /** Should a leader have been wrong, it is found out after a minute or so. */
    private static final int EXCLUDED_TICKS = 240;

    private final ServerId self;
    private final HostedReplicas replicas;
    private final ReplicaLedger ledger;
    private final ReplicaOpener opener;
    private final ReplicaMetrics metrics;
    private final ShardLogEntries entries;
    private final Executor control;
    private final Set<HostedReplica> proposing = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<HostedReplica, Integer> pausedTicks = new ConcurrentHashMap<>();
    private final Set<HostedReplica> seenClosed = ConcurrentHashMap.newKeySet();
    private final Set<HostedReplica> forgetful = ConcurrentHashMap.newKeySet();
    private long ticks;

    DivisionSupervisor(
            ServerId self,
            HostedReplicas replicas,
            ReplicaLedger ledger,
            ReplicaOpener opener,
            ReplicaMetrics metrics,
            ShardLogEntries entries,
            Executor control) {
        this.self = self;
        this.replicas = replicas;
        this.ledger = ledger;
        this.opener = opener;
        this.metrics = metrics;
        this.entries = entries;
        this.control = control;
    }

    /** Looks after all replicas once. */
    void tick() {
        ticks++;
        for (HostedReplica replica : replicas.all()) {
            try {
                tick(replica);
            } catch (RuntimeException e) {
                LOG.error("event=supervision-failed shard={}", replica.shard(), e);
            }
        }
    }

    private void tick(HostedReplica replica) {
        switch (replica.condition().phase()) {
            case OPEN -> tickOpen(replica);
            case WAITING -> {
                if (replica.condition().tickWaiting()) {
                    opener.open(replica);
                }
            }
            case OPENING, QUARANTINED, LOST, REMOVING, STOPPED -> {}
        }
    }

    private void tickOpen(HostedReplica replica) {
        ShardStateMachine machine = replica.machine();
        RaftDivision division = replica.raftDivision();
        if (machine == null || division == null) {
            return;
        }
        DivisionState state = division.state();
        replica.lookForLeader(state);
        if (!state.closed()) {
            seenClosed.remove(replica);
        }
        if (state.closed()) {
            onSeenClosed(replica, machine);
        } else if (pausedTooLong(replica, machine)) {
            onClosed(replica, machine, "a received snapshot was never put in place");
        } else if (replica.failure() != null) {
            lookAfterFailed(replica);
        } else {
            machine.tickSnapshots();
            if (state.running() && state.ready()) {
                tickLeader(replica, machine);
            }
        }
    }

    private boolean pausedTooLong(HostedReplica replica, ShardStateMachine machine) {
        if (!machine.isPaused()) {
            pausedTicks.remove(replica);
            return false;
        }
        return pausedTicks.merge(replica, 1, Integer::sum) > MOST_PAUSED_TICKS;
    }

    /** Ratis says why right after it has closed a division, so that is asked a tick later. */
    private void onSeenClosed(HostedReplica replica, ShardStateMachine machine) {
        if (seenClosed.add(replica)) {
            return;
        }
        seenClosed.remove(replica);
        if (machine.toldToLeave()) {
            LOG.info("event=replica-excluded shard={} index={}", replica.shard(), machine.appliedIndex());
            opener.rest(replica, EXCLUDED_TICKS, "the shard goes on without this replica, which waits to be cleaned");
        } else {
            onClosed(replica, machine, "closed by itself");
        }
    }

    private void onClosed(HostedReplica replica, ShardStateMachine machine, String why) {
        pausedTicks.remove(replica);
        long index = machine.appliedIndex();
        if (replica.condition().closedAt(index) == SupervisorRules.Action.QUARANTINE) {
            LOG.error("event=replica-quarantined shard={} index={} why=\"{}\"", replica.shard(), index, why);
            replica.condition()
                    .enter(ReplicaCondition.Phase.QUARANTINED, why + " at index " + index + ", and again there");
            metrics.quarantined();
            return;
        }
        LOG.error("event=division-restored shard={} index={} why=\"{}\"", replica.shard(), index, why);
        metrics.restored();
        var unused = opener.restore(replica);
    }

    /**
     * A replica whose state has failed answers nothing. If its store is damaged the state is made anew from snapshot and log, a
     * few times at most; an entry that cannot be applied could not be then either.
     */
    void lookAfterFailed(HostedReplica replica) {
        String failure = replica.failure();
        if (failure == null || replica.condition().phase() != ReplicaCondition.Phase.OPEN) {
            return;
        }
        if (!replica.isDamaged() || !replica.condition().mayRebuild(replica.appliedIndex())) {
            keepFromLeading(replica);
        } else if (opener.restore(replica)) {
            LOG.error("event=replica-rebuilt shard={} failure=\"{}\"", replica.shard(), failure);
            metrics.restored();
        }
    }

    /**
     * A replica that cannot apply must not lead; it goes on voting and keeping the log, which the others may need. Done once:
     * if all have failed at the same entry, nobody leads, and nothing spins.
     */
    private void keepFromLeading(HostedReplica replica) {
        RaftDivision division = replica.raftDivision();
        if (division == null || !replica.condition().handleFailureOnce(replica.failure())) {
            return;
        }
        control.execute(() -> {
            LOG.error("event=replica-keeps-from-leading shard={} failure=\"{}\"", replica.shard(), replica.failure());
            log(replica, "stop standing for election", division.neverStandAgain());
            if (division.state().leader()) {
                log(replica, "step down", division.stepDown(STEP_DOWN_TIMEOUT_MILLIS));
            }
        });
    }

    private static void log(HostedReplica replica, String what, CompletableFuture<Void> outcome) {
        CompletableFuture<Void> unused = outcome.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("event=request-failed shard={} request=\"{}\"", replica.shard(), what, failure);
            }
        });
    }

    private void tickLeader(HostedReplica replica, ShardStateMachine machine) {
        ShardMeta meta = replica.meta();
        if (meta == null) {
            begin(replica);
        } else if (ticks % EXPIRY_TICKS == 0) {
            lookAfterVoters(replica);
            long now = replica.shardTimeMillis();
            List<Long> idle = machine.idleSessions(now, MOST_EXPIRED);
            if (!idle.isEmpty()) {
                propose(replica, "expire sessions", entries.expire(meta, now, idle));
            }
        }
    }

    /** A leader that has forgotten a voter, twice in a row, steps down. */
    private void lookAfterVoters(HostedReplica replica) {
        RaftDivision division = replica.raftDivision();
        if (division == null) {
            return;
        }
        Set<Long> followers =
                division.followers().stream().map(FollowerProgress::id).collect(Collectors.toSet());
        if (SupervisorRules.sendsToAll(division.state().voters(), self.value(), followers)) {
            forgetful.remove(replica);
        } else if (!forgetful.add(replica)) {
            forgetful.remove(replica);
            LOG.warn("event=voter-forgotten shard={} followers={}", replica.shard(), followers);
            control.execute(() -> log(replica, "step down", division.stepDown(STEP_DOWN_TIMEOUT_MILLIS)));
        }
    }

    /** Proposes the first entry of a shard that has none yet; called for a leader that is ready. */
    void begin(HostedReplica replica) {
        LedgerEntry entry = ledger.entry(replica.group());
        if (entry != null && replica.meta() == null && replica.failure() == null) {
            propose(replica, "create shard", entries.create(entry));
        }
    }

    /** One at a time per replica: the next tick sees what came of it. */
    private void propose(HostedReplica replica, String what, byte[] entry) {
        if (!proposing.add(replica)) {
            return;
        }
        CompletionStage<?> unused = replica.submit(entry).whenComplete((outcome, failure) -> {
            proposing.remove(replica);
            if (failure != null) {
                LOG.info("event=proposal-failed shard={} what=\"{}\" why=\"{}\"", replica.shard(), what, text(failure));
            }
        });
    }

    private static @Nullable String text(Throwable failure) {
        return failure.getMessage();
    }
}
