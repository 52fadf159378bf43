package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.LogStateMachine;
import io.ringkv.raft.RaftDivision;
import io.ringkv.raft.RaftNode;
import io.ringkv.server.raft.LostReplicaException;
import io.ringkv.server.raft.OpenedReplica;
import io.ringkv.server.raft.ShardStateMachine;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens replicas, and opens them anew: first the engine, from what is on disk, then the group in Ratis. Several engines are
 * opened at a time (they may load snapshots); Ratis opens one group after the other.
 *
 * <p>Every piece of work claims its replica, so that two never work on one. The number of waiting pieces is bounded by the
 * number of replicas.
 */
final class ReplicaOpener {
    /** What a replica tells its host. */
    interface Owner {
        /** Called on Ratis' threads: must be short. */
        void leaderReady(HostedReplica replica);

        void failed(HostedReplica replica, String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaOpener.class);
    /** Ticks before a replica that could not be opened is tried again; doubled with each failure. */
    private static final int FIRST_WAIT_TICKS = 5;
    /** After so many failures in a row it is not tried any more: some three minutes. */
    private static final int MOST_TRIES = 6;

    private final ReplicaHostConfig config;
    private final ReplicaPaths paths;
    private final ReplicaLedger ledger;
    private final ReplicaRestart restart;
    private final ReplicaMetrics metrics;
    private final Executor control;
    private final Owner owner;
    private final ConcurrentHashMap<GroupId, ShardStateMachine> machines = new ConcurrentHashMap<>();
    private volatile @Nullable RaftNode node;

    ReplicaOpener(
            ReplicaHostConfig config,
            ReplicaPaths paths,
            ReplicaLedger ledger,
            ReplicaRestart restart,
            ReplicaMetrics metrics,
            Executor control,
            Owner owner) {
        this.config = config;
        this.paths = paths;
        this.ledger = ledger;
        this.restart = restart;
        this.metrics = metrics;
        this.control = control;
        this.owner = owner;
    }

    /** The node on which groups are opened; to be told once, before the first one. */
    void use(RaftNode raftNode) {
        node = raftNode;
    }

    /** Makes the state machine of a group that is being opened: the one whose engine was opened for it. */
    LogStateMachine machineOf(GroupId group) {
        return Objects.requireNonNull(machines.remove(group), () -> "group " + group + " was not prepared");
    }

    /** Opens a replica, in the background. */
    void open(HostedReplica replica) {
        if (replica.condition().claim()) {
            control.execute(() -> openNow(replica));
        }
    }

    /**
     * Closes a division, or what is left of one that closed by itself, and opens it anew, in the background.
     *
     * @return false when other work is being done on the replica
     */
    boolean restore(HostedReplica replica) {
        if (!replica.condition().claim()) {
            return false;
        }
        replica.condition().enter(ReplicaCondition.Phase.OPENING, "");
        control.execute(() -> {
            replica.closing();
            CompletableFuture<Void> unused = raft().close(replica.group(), false)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            LOG.warn("event=division-not-closed shard={}", replica.shard(), failure);
                        }
                        control.execute(() -> openNow(replica));
                    });
        });
        return true;
    }

    /** Closes what is left of a division and leaves it so for a while, in the background. */
    void rest(HostedReplica replica, int ticks, String why) {
        if (replica.condition().claim()) {
            control.execute(() -> {
                replica.closing();
                CompletableFuture<Void> unused = raft().close(replica.group(), false)
                        .whenComplete((done, failure) -> {
                            replica.condition().waitTicks(ticks, why);
                            replica.condition().release();
                        });
            });
        }
    }

    /**
     * Claims a replica that is to be deleted: from now on it is neither opened nor restored.
     *
     * @return false when other work is being done on it
     */
    boolean claimForRemoval(HostedReplica replica) {
        if (!replica.condition().claim()) {
            return false;
        }
        replica.condition().enter(ReplicaCondition.Phase.REMOVING, "it is being deleted");
        return true;
    }

    /** Closes a replica that was claimed for removal; its files stay. Waits for the division to close. */
    CompletableFuture<Void> closeForRemoval(HostedReplica replica) {
        replica.closing();
        return raft().close(replica.group(), false);
    }

    /**
     * Closes an open replica and gives up what it has: it is LOST from then on.
     *
     * @return completes with false when other work is being done on it
     */
    CompletableFuture<Boolean> giveUp(HostedReplica replica, LedgerEntry entry, String reason) {
        if (!replica.condition().claim()) {
            return InstructionAction.LEFT;
        }
        replica.closing();
        return raft().close(replica.group(), false)
                .handleAsync(
                        (closed, failure) -> {
                            lose(replica, entry, reason);
                            return true;
                        },
                        control);
    }

    /** Work on the files of a replica that is closed; the replica is gone when it succeeds. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it.
         *
         * @throws IOException then the replica is opened again
         */
        void run() throws IOException, LostReplicaException;
    }

    /**
     * Closes a replica and does something with its files. Afterwards the replica is not opened any more, unless that failed.
     *
     * @return completes with false when other work is being done on it, exceptionally when the work failed
     */
    CompletableFuture<Boolean> replace(HostedReplica replica, Work work) {
        if (!replica.condition().claim()) {
            return InstructionAction.LEFT;
        }
        replica.condition().enter(ReplicaCondition.Phase.OPENING, "its shard is being recovered from it");
        replica.closing();
        return raft().close(replica.group(), false)
                .handleAsync(
                        (closed, failure) -> {
                            try {
                                work.run();
                            } catch (IOException | LostReplicaException | RuntimeException e) {
                                waitForNextTry(replica, e);
                                throw new IllegalStateException("the shard cannot be recovered: " + e.getMessage(), e);
                            }
                            replica.condition()
                                    .enter(ReplicaCondition.Phase.REMOVING, "its shard was recovered from it");
                            replica.condition().release();
                            return true;
                        },
                        control);
    }

    private RaftNode raft() {
        return Objects.requireNonNull(node, "raft node");
    }

    private void openNow(HostedReplica replica) {
        if (replica.condition().phase() == ReplicaCondition.Phase.STOPPED) {
            replica.condition().release();
            return;
        }
        replica.condition().enter(ReplicaCondition.Phase.OPENING, "");
        LedgerEntry entry = Objects.requireNonNull(ledger.entry(replica.group()), "ledger entry");
        ShardStateMachine machine;
        long term;
        try {
            machine = prepare(replica, entry);
            term = GroupDirectory.of(paths.raft(), entry.group()).term();
        } catch (LostReplicaException e) {
            lose(replica, entry, String.valueOf(e.getMessage()));
            return;
        } catch (IOException | RuntimeException e) {
            loseIfDamaged(replica, entry, e);
            return;
        }
        machines.put(replica.group(), machine);
        CompletableFuture<Void> unused = raft().open(replica.group()).handle((division, failure) -> {
            if (failure != null) {
                machines.remove(replica.group());
                machine.abandon();
                control.execute(() -> loseIfDamaged(replica, entry, failure));
            } else if (division.state().term() < term) {
                loseBlank(replica, entry, term);
            } else {
                opened(replica, machine, division);
            }
            return null;
        });
    }

    /**
     * A log that is damaged in its middle cannot be continued from: the replica is dropped, and made anew from the others. What
     * a crash has cut at the end is no damage, and a disk that fails may recover.
     */
    private void loseIfDamaged(HostedReplica replica, LedgerEntry entry, Throwable failure) {
        String damage;
        try {
            damage = GroupDirectory.of(paths.raft(), entry.group()).log().damage();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
            damage = null;
        }
        if (damage == null) {
            waitForNextTry(replica, failure);
        } else {
            lose(replica, entry, damage);
        }
    }

    private static void opened(HostedReplica replica, ShardStateMachine machine, RaftDivision division) {
        replica.opened(machine, division);
        replica.condition().enterOpen();
        replica.condition().release();
        LOG.info(
                "event=replica-opened shard={} group={} applied={}",
                replica.shard(),
                replica.group(),
                machine.appliedIndex());
    }

    /**
     * The group was opened, but with a lower term than its directory held: Ratis made it anew without a word, because the
     * directory went away in between (Ratis: {@code StorageImplUtils.Op#recover}). It must not take part for a moment longer.
     */
    private void loseBlank(HostedReplica replica, LedgerEntry entry, long term) {
        CompletableFuture<Void> unused = raft().close(replica.group(), false)
                .whenComplete((done, failure) -> control.execute(
                        () -> lose(replica, entry, "its directory was gone when it was opened; its term was " + term)));
    }

    private ShardStateMachine prepare(HostedReplica replica, LedgerEntry entry)
            throws IOException, LostReplicaException {
        OpenedReplica opened = OpenedReplica.open(
                new OpenedReplica.Place(
                        entry.shard(),
                        entry.incarnation(),
                        GroupDirectory.of(paths.raft(), entry.group()),
                        paths.store(entry.group()),
                        entry.committedFloor()),
                config.engines());
        return new ShardStateMachine(opened, config.snapshots(), config.clock(), new Events(replica));
    }

    private void lose(HostedReplica replica, LedgerEntry entry, String reason) {
        metrics.lost();
        replica.condition().enter(ReplicaCondition.Phase.LOST, reason);
        try {
            restart.lose(entry, reason);
        } catch (IOException | RuntimeException e) {
            LOG.error("event=lost-replica-not-set-aside shard={}", replica.shard(), e);
        }
        replica.condition().release();
    }

    private void waitForNextTry(HostedReplica replica, Throwable failure) {
        int tries = replica.condition().openFailed();
        String trouble = "cannot be opened: " + failure;
        if (tries >= MOST_TRIES) {
            LOG.error("event=replica-quarantined shard={} tries={}", replica.shard(), tries, failure);
            replica.condition().enter(ReplicaCondition.Phase.QUARANTINED, trouble);
            metrics.quarantined();
        } else {
            LOG.error("event=replica-not-opened shard={} tries={}", replica.shard(), tries, failure);
            replica.condition().waitTicks(FIRST_WAIT_TICKS << (tries - 1), trouble);
        }
        replica.condition().release();
    }

    private final class Events implements ShardStateMachine.Events {
        private final HostedReplica replica;

        Events(HostedReplica replica) {
            this.replica = replica;
        }

        @Override
        public void leaderReady(long term) {
            replica.beginLeading();
            owner.leaderReady(replica);
        }

        @Override
        public void leadershipLost() {
            replica.endLeading();
        }

        @Override
        public void failed(String reason) {
            metrics.failed();
            owner.failed(replica, reason);
        }

        @Override
        public void logFailed(Throwable cause) {
            config.incidents().processMustEnd("the log of shard " + replica.shard() + " cannot be written", cause);
        }
    }
}
