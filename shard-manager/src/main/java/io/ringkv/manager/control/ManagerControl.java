package io.ringkv.manager.control;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.time.NanoClock;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mind of one manager: follows the log, publishes the shard map, and does the leader's duties while it leads.
 *
 * <p>Threading: everything happens on one thread, the control thread, which is handed in and belongs to this object alone.
 * The public methods may be called by any thread; they queue up for it, a bounded number of them.
 */
public final class ManagerControl {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerControl.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ManagerId self;
    private final ControlSettings settings;
    private final ClusterLog log;
    private final ShardMapPublisher maps;
    private final Supplier<GroupId> groups;
    private final InstantSource wallClock;
    private final NanoClock clock;
    private final ScheduledExecutorService thread;
    private final AtomicInteger pending = new AtomicInteger();
    private final ServerDesk desk;
    private final AdminDesk adminDesk;

    private volatile @Nullable Founding founding;
    private volatile @Nullable ManagerRecord elsewhere;

    // Below: control thread only.
    private @Nullable LeaderDuties duties;
    private boolean isFounding;
    private long seenEvents;
    private long lastTickNanos;

    /**
     * A control that does nothing until {@link #start}.
     *
     * @param self this member
     * @param maps is told of every new shard map, and of leaders of shards
     * @param groups gives a new random group id with each call
     * @param wallClock time of day for the log, for people
     * @param clock measures ticks
     * @param thread the control thread; whoever made it ends it
     */
    public ManagerControl(
            ManagerId self,
            ControlSettings settings,
            ClusterLog log,
            ShardMapPublisher maps,
            Supplier<GroupId> groups,
            InstantSource wallClock,
            NanoClock clock,
            ScheduledExecutorService thread) {
        this.self = Objects.requireNonNull(self, "self");
        this.settings = Objects.requireNonNull(settings, "settings");
        this.log = Objects.requireNonNull(log, "log");
        this.maps = Objects.requireNonNull(maps, "maps");
        this.groups = Objects.requireNonNull(groups, "groups");
        this.wallClock = Objects.requireNonNull(wallClock, "wallClock");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.thread = Objects.requireNonNull(thread, "thread");
        this.desk = new ServerDesk(log, this::propose);
        this.adminDesk = new AdminDesk(log, this::propose);
    }

    /** Begins to tick. */
    public void start() {
        lastTickNanos = clock.nanos();
        long tickMillis = settings.liveness().tickMillis();
        var unused = thread.scheduleWithFixedDelay(guarded(this::tick), tickMillis, tickMillis, TimeUnit.MILLISECONDS);
    }

    /** Says how the cluster is to be created, if this member comes to lead a log without one. */
    public void setFounding(Founding wanted) {
        founding = wanted;
        run(this::follow);
    }

    /** The log or its leadership has changed. Any thread, at any rate: returns at once. */
    public void logChanged() {
        run(this::follow);
    }

    /** A server wants to join, or has started again. */
    public CompletionStage<RegisterReply> register(RegisterRequest request) {
        return call(() -> desk.register(request, duties, leader()));
    }

    /** A server reports. */
    public CompletionStage<HeartbeatReply> heartbeat(HeartbeatRequest request) {
        return call(() -> CompletableFuture.completedFuture(desk.heartbeat(request, duties, leader())));
    }

    /** An operator changes the cluster; fails with NOT_MANAGER_LEADER if this manager does not lead. */
    public CompletionStage<ChangeReply> change(ChangeRequest request) {
        return call(() -> adminDesk.change(request, duties));
    }

    /** An operator asks; what comes finds the answer out, on any thread. Fails with NOT_MANAGER_LEADER likewise. */
    public CompletionStage<Supplier<Answer>> ask(Question question) {
        return call(() -> adminDesk.ask(question, duties));
    }

    /** The state of the cluster as seen from here. */
    public CompletionStage<ClusterStatus> status() {
        return call(() -> {
            StatusReport report = new StatusReport(log.state(), log.leadership(), self, log.silentMillis(), duties);
            return CompletableFuture.completedFuture(report.make());
        });
    }

    /** Whoever leads, as far as this member knows. Any thread. */
    public @Nullable ManagerRecord leader() {
        ManagerId leader = log.leadership().leader();
        if (leader == null) {
            return log.state().exists() ? null : elsewhere;
        }
        ManagerRecord logged = log.state().managers().manager(leader);
        Founding founded = founding;
        if (logged != null || founded == null) {
            return logged;
        }
        return founded.managers().stream()
                .filter(manager -> manager.id().equals(leader))
                .findFirst()
                .orElse(null);
    }

    /** Who leads, as others say: for as long as this manager has no log of its own. Any thread. */
    public void leaderIsElsewhere(ManagerRecord leader) {
        elsewhere = leader;
    }

    /** Whether this manager leads by the newest log of the cluster. Control thread only. */
    public boolean isActing() {
        return duties != null && duties.isActing();
    }

    private void tick() {
        long now = clock.nanos();
        long elapsedMillis = (now - lastTickNanos) / NANOS_PER_MILLI;
        lastTickNanos = now;
        follow();
        if (duties != null) {
            duties.tick(elapsedMillis);
        }
    }

    /** Catches up with the log and with who leads. */
    private void follow() {
        ClusterState state = log.state();
        Leadership leadership = log.leadership();
        boolean isNews = state.history().total() != seenEvents;
        seenEvents = state.history().total();
        if (isNews && state.exists()) {
            maps.publish(state.shardMap());
        }
        if (!leadership.isLeader()) {
            if (duties != null) {
                LOG.info("event=leadership-lost manager={} term={}", self, duties.term());
            }
            duties = null;
            return;
        }
        if (duties == null || duties.term() != leadership.term()) {
            LOG.info("event=leadership manager={} term={} ringEpoch={}", self, leadership.term(), state.ringEpoch());
            duties = new LeaderDuties(leadership.term(), settings, state, this::propose, thread, maps, groups);
        } else if (isNews) {
            duties.stateChanged(state);
        }
        createCluster(state);
    }

    private void createCluster(ClusterState state) {
        Founding wanted = founding;
        if (wanted == null || isFounding || state.exists()) {
            return;
        }
        isFounding = true;
        CompletionStage<?> unused = propose(new CreateCluster(wanted), 0)
                .whenComplete((applied, failure) -> run(() -> {
                    isFounding = false;
                    if (failure != null) {
                        LOG.warn("event=cluster-creation-failed reason=\"{}\"", failure.getMessage());
                    }
                }));
    }

    private CompletionStage<Applied> propose(ClusterCommand command, long decidedInTerm) {
        return propose(command, decidedInTerm, 0);
    }

    private CompletionStage<Applied> propose(ClusterCommand command, long decidedInTerm, long expectedRingEpoch) {
        return log.propose(new LoggedCommand(
                log.state().level(), wallClock.millis(), self, decidedInTerm, expectedRingEpoch, command));
    }

    /** A request on the control thread. */
    private <T> CompletionStage<T> call(Supplier<CompletionStage<T>> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (pending.incrementAndGet() > settings.pendingMax()) {
            pending.decrementAndGet();
            answer.completeExceptionally(new RingKvException(
                    ErrorCode.OVERLOADED,
                    settings.pendingMax() + " requests wait for this manager, as many as it takes"));
            return answer;
        }
        try {
            thread.execute(() -> {
                pending.decrementAndGet();
                try {
                    CompletionStage<T> unused = request.get().whenComplete((value, failure) -> {
                        if (failure == null) {
                            answer.complete(value);
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    });
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            pending.decrementAndGet();
            answer.completeExceptionally(
                    new RingKvException(ErrorCode.SHUTTING_DOWN, "This manager is about to stop", e));
        }
        return answer;
    }

    private void run(Runnable action) {
        try {
            thread.execute(guarded(action));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=control-stopped manager={}", self, e);
        }
    }

    /** A bug in one step must not silence all later ones. */
    private static Runnable guarded(Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("event=control-failed", e);
            }
        };
    }
}
