package io.ringkv.server.replica;

import io.micrometer.core.instrument.MeterRegistry;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.RaftNode;
import io.ringkv.raft.RatisSettings;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ReplicaReport;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All replicas of this server on one RaftServer.
 *
 * <p>Threads of ours, whatever the number of replicas: one that ticks, and up to four that open, close and obey, which end
 * when idle. What waits for them is bounded by the number of replicas.
 */
public final class RatisReplicaHost implements ReplicaHost {
    private static final Logger LOG = LoggerFactory.getLogger(RatisReplicaHost.class);
    private static final int MOST_CONTROL_THREADS = 4;
    private static final long CONTROL_IDLE_SECONDS = 10;
    private static final long CONTROL_END_SECONDS = 30;
    /** The floor of what was committed is written anew after so many entries. */
    private static final long FLOOR_STEP = 10_000;

    private final ReplicaHostConfig config;
    private final ReplicaPaths paths;
    private final ReplicaLedger ledger;
    private final HostedReplicas replicas = new HostedReplicas();
    private final ThreadPoolExecutor control;
    private final ScheduledThreadPoolExecutor ticker;
    private final DivisionSupervisor supervisor;
    private final LedgerKeeper keeper;
    private final InstructionFailures failures;
    private final InstructionDesk desk;
    private final RaftNode node;
    private final AtomicBoolean closed = new AtomicBoolean();
    private boolean raftReportedDead;

    private RatisReplicaHost(
            ReplicaHostConfig config,
            ReplicaPaths paths,
            ReplicaLedger ledger,
            MeterRegistry meters,
            String bootId,
            DiskSteps steps)
            throws IOException {
        this.config = config;
        this.paths = paths;
        this.ledger = ledger;
        ReplicaMetrics metrics = new ReplicaMetrics(meters);
        ReplicaRestart restart = new ReplicaRestart(paths, ledger, config.self());
        List<LedgerEntry> members = restart.run(bootId);
        control = newControl();
        ReplicaOpener opener = new ReplicaOpener(config, paths, ledger, restart, metrics, this::execute, new Owner());
        ShardLogEntries entries = new ShardLogEntries(config.self(), config.wallClock());
        supervisor = new DivisionSupervisor(config.self(), replicas, ledger, opener, metrics, entries, this::execute);
        keeper = new LedgerKeeper(config.self(), ledger, replicas);
        failures = new InstructionFailures(ledger);
        desk = new InstructionDesk(ledger, actions(opener, entries, steps), failures, metrics, this::execute);
        node = RaftNode.start(config.self().value(), settings(config, paths), opener::machineOf);
        opener.use(node);
        metrics.watch(node);
        for (LedgerEntry member : members) {
            HostedReplica replica = new HostedReplica(member, config.clock(), this::execute);
            replicas.add(replica);
            opener.open(replica);
        }
        ticker = new ScheduledThreadPoolExecutor(1, threads("replica-ticker-"));
    }

    private Map<Instruction.ActionCase, InstructionAction> actions(
            ReplicaOpener opener, ShardLogEntries entries, DiskSteps steps) {
        ServerId self = config.self();
        NewReplicas newReplicas = new NewReplicas(ledger, replicas, opener, config.clock(), this::execute);
        LeaderDesk leaders = new LeaderDesk(self, replicas, ledger);
        InstructionAction voterChange = new VoterChangeAction(leaders, failures);
        return Map.of(
                Instruction.ActionCase.CREATE,
                new CreateAction(self, paths, newReplicas),
                Instruction.ActionCase.TRANSFER_LEADER,
                new TransferAction(self, replicas, leaders, failures),
                Instruction.ActionCase.FENCE,
                new FenceAction(leaders, entries),
                Instruction.ActionCase.PREPARE,
                new PrepareAction(self, paths, newReplicas, steps),
                Instruction.ActionCase.ADD_VOTER,
                voterChange,
                Instruction.ActionCase.REMOVE_VOTER,
                voterChange,
                Instruction.ActionCase.END_STAGING,
                new EndStagingAction(leaders),
                Instruction.ActionCase.GIVE_UP,
                new GiveUpAction(replicas, opener),
                Instruction.ActionCase.RECOVER,
                new RecoverAction(self, paths, ledger, replicas, opener, newReplicas, config.engines(), entries, steps),
                Instruction.ActionCase.CLEAN,
                new CleanAction(self, paths, ledger, replicas, opener, this::execute, steps));
    }

    /**
     * Starts the RaftServer and opens, in the background, all replicas this server is a member of.
     *
     * @throws RingKvException if the port is in use, the settings contradict each other, or the data directory cannot be
     *     used
     */
    public static RatisReplicaHost start(ReplicaHostConfig config, MeterRegistry meters) {
        return start(config, meters, DiskSteps.UNWATCHED);
    }

    static RatisReplicaHost start(ReplicaHostConfig config, MeterRegistry meters, DiskSteps steps) {
        ReplicaPaths paths = new ReplicaPaths(config.dataDirectory());
        try {
            paths.make();
            ReplicaLedger ledger =
                    ReplicaLedger.open(paths.ledger(), paths.groupsOnDisk().isEmpty());
            RatisReplicaHost host = new RatisReplicaHost(
                    config, paths, ledger, meters, config.bootIds().bootId(), steps);
            host.beginTicking();
            return host;
        } catch (IOException e) {
            throw new RingKvException(
                    ErrorCode.DATA_DIRECTORY_UNREADABLE,
                    "The replicas in " + config.dataDirectory() + " cannot be started.",
                    e);
        }
    }

    private void beginTicking() {
        var unused = ticker.scheduleWithFixedDelay(
                this::tick, config.tickMillis(), config.tickMillis(), TimeUnit.MILLISECONDS);
    }

    private static RatisSettings settings(ReplicaHostConfig config, ReplicaPaths paths) {
        return RatisSettings.defaults(
                        paths.raft().toAbsolutePath(), paths.removed().toAbsolutePath(), config.host(), config.port())
                .withElectionTimeoutMillis(config.electionTimeoutMinMillis(), config.electionTimeoutMaxMillis())
                .withFreeSpaceMinBytes(config.freeSpaceMinBytes())
                .withSnapshotBytesPerSecond(config.snapshotBytesPerSecond());
    }

    private static ThreadPoolExecutor newControl() {
        int threads =
                Math.max(2, Math.min(MOST_CONTROL_THREADS, Runtime.getRuntime().availableProcessors()));
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                CONTROL_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("replica-control-"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private void execute(Runnable task) {
        try {
            control.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=task-dropped why=stopping");
        }
    }

    /** The port that other servers reach this one's Raft on. */
    public int port() {
        return node.port();
    }

    private void tick() {
        try {
            if (!node.isRunning() && !closed.get() && !raftReportedDead) {
                raftReportedDead = true;
                config.incidents()
                        .processMustEnd("the Raft server closed itself", new IllegalStateException("not running"));
            }
            supervisor.tick();
            keeper.keep(FLOOR_STEP);
        } catch (RuntimeException e) {
            LOG.error("event=tick-failed", e);
            if (e instanceof RingKvException failure && failure.code() == ErrorCode.DISK_FAILED) {
                config.incidents().processMustEnd("the replica ledger cannot be written", e);
            }
        }
    }

    @Override
    public @Nullable ShardReplica replica(ShardId shard) {
        return served(replicas.of(shard));
    }

    @Override
    public @Nullable ShardReplica replica(GroupId group) {
        return served(replicas.of(group));
    }

    private static @Nullable ShardReplica served(@Nullable HostedReplica replica) {
        if (replica == null) {
            return null;
        }
        ReplicaCondition.Phase phase = replica.condition().phase();
        boolean gone = phase == ReplicaCondition.Phase.LOST || phase == ReplicaCondition.Phase.REMOVING;
        return gone ? null : replica;
    }

    @Override
    public List<ShardReplica> replicas() {
        return replicas.all().stream()
                .filter(replica -> served(replica) != null)
                .<ShardReplica>map(replica -> replica)
                .toList();
    }

    @Override
    public void obey(long managerTerm, Instruction instruction) {
        if (!closed.get()) {
            desk.obey(managerTerm, instruction);
        }
    }

    @Override
    public List<ReplicaReport> reports() {
        return ledger.present().entries().values().stream()
                .sorted(Comparator.comparing(LedgerEntry::shard).thenComparing(LedgerEntry::incarnation))
                .map(entry -> ReplicaReports.of(entry, replicas.of(entry.group()), failures.of(entry.group())))
                .toList();
    }

    @Override
    public long managerTerm() {
        return ledger.present().managerTerm();
    }

    @Override
    public int ledgerReplicas() {
        return ledger.present().entries().size();
    }

    @Override
    public void handLeadershipAway(long timeoutMillis) {
        new LeadershipHandover(config.clock()).run(replicas.all(), timeoutMillis);
    }

    @Override
    public void close() {
        if (stopRaft()) {
            try {
                for (HostedReplica replica : replicas.all()) {
                    GroupDirectory directory = GroupDirectory.of(paths.raft(), replica.group());
                    if (directory.exists()) {
                        directory.force();
                    }
                }
                keeper.keep(1);
                ledger.change(Ledger::stopped);
            } catch (IOException | RuntimeException e) {
                LOG.warn("event=stop-not-noted", e);
            }
        }
    }

    /**
     * Stops as if the process had been killed: nothing is handed away, noted as stopped in order, or kept that a kill would
     * make worthless. For tests and fault drills in one process.
     */
    public void closeAbruptly() {
        if (stopRaft()) {
            try {
                DurableFiles.deleteTree(paths.stores());
            } catch (IOException e) {
                LOG.warn("event=stores-not-deleted", e);
            }
        }
    }

    /** Stops everything; false when it was stopped before. */
    private boolean stopRaft() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        replicas.all()
                .forEach(replica -> replica.condition().enter(ReplicaCondition.Phase.STOPPED, "the server stops"));
        // Never by an interrupt: it would close the files these threads are writing.
        ticker.shutdown();
        control.shutdown();
        try {
            boolean ended = ticker.awaitTermination(CONTROL_END_SECONDS, TimeUnit.SECONDS)
                    && control.awaitTermination(CONTROL_END_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                LOG.warn("event=control-still-busy");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        replicas.all()
                .forEach(replica -> replica.condition().enter(ReplicaCondition.Phase.STOPPED, "the server stops"));
        node.close();
        return true;
    }

    private final class Owner implements ReplicaOpener.Owner {
        @Override
        public void leaderReady(HostedReplica replica) {
            supervisor.begin(replica);
        }

        @Override
        public void failed(HostedReplica replica, String reason) {
            supervisor.lookAfterFailed(replica);
        }
    }
}
