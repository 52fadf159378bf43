package io.ringkv.manager.member;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.control.ClusterLog;
import io.ringkv.manager.control.Leadership;
import io.ringkv.manager.roster.GroupSighting;
import io.ringkv.manager.roster.RosterAct;
import io.ringkv.manager.roster.RosterLimits;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.rpc.AttendReply;
import io.ringkv.rpc.AttendRequest;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.PrepareMemberRequest;
import io.ringkv.rpc.support.HostPort;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the members of the manager group while this manager leads it, and answers those who are or want to be one.
 *
 * <p>Threading: everything happens on the control thread, which is handed in. The public methods may be called by any thread,
 * {@link #tick} by the control thread; they queue up for it, a bounded number of them.
 */
public final class MemberControl {

    /** How often {@link #tick} is to be called. */
    public static final long TICK_MILLIS = 200;

    private static final int PENDING_MAX = 64;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ManagerId self;
    private final RosterLimits limits;
    private final ClusterLog log;
    private final MemberGroup group;
    private final MemberCalls calls;
    private final BooleanSupplier isActing;
    private final InstantSource wallClock;
    private final NanoClock clock;
    private final ScheduledExecutorService thread;
    private final MemberDesk desk;
    private final AttendDesk attendDesk;
    private final AtomicInteger pending = new AtomicInteger();

    // Control thread only.
    private @Nullable MemberDuties duties;
    private long lastTickNanos;

    /**
     * A control that does nothing until it is ticked.
     *
     * @param isActing whether the log of this manager is the newest of the cluster; asked on the control thread
     * @param wallClock time of day for the log, for people
     * @param thread the control thread; whoever made it ends it
     */
    public MemberControl(
            ManagerId self,
            RosterLimits limits,
            ClusterLog log,
            MemberGroup group,
            MemberCalls calls,
            BooleanSupplier isActing,
            InstantSource wallClock,
            NanoClock clock,
            ScheduledExecutorService thread) {
        this.self = self;
        this.limits = limits;
        this.log = log;
        this.group = group;
        this.calls = calls;
        this.isActing = isActing;
        this.wallClock = wallClock;
        this.clock = clock;
        this.thread = thread;
        this.desk = new MemberDesk(limits, log, group, calls, this::propose, thread);
        this.attendDesk = new AttendDesk(log, this::propose);
        this.lastTickNanos = clock.nanos();
    }

    /** Time went on. */
    public void tick() {
        long now = clock.nanos();
        long elapsedMillis = (now - lastTickNanos) / NANOS_PER_MILLI;
        lastTickNanos = now;
        MemberDuties leading = leading();
        if (leading != null && isActing.getAsBoolean()) {
            leading.tick(elapsedMillis, log.state().managers());
        }
    }

    /** The duties of the present leadership; null if this manager does not lead. */
    private @Nullable MemberDuties leading() {
        Leadership leadership = log.leadership();
        if (!leadership.isLeader()) {
            duties = null;
        } else if (duties == null || duties.term() != leadership.term()) {
            duties = new MemberDuties(
                    leadership.term(),
                    self,
                    limits,
                    TICK_MILLIS,
                    group,
                    this::prepare,
                    (command, term) -> propose(command, term, 0),
                    thread,
                    log::silentMillis);
        }
        return duties;
    }

    private CompletionStage<?> prepare(ManagerRecord manager, RosterAct.Prepare act) {
        ClusterState state = log.state();
        Founding founding = state.requireFounding();
        PrepareMemberRequest.Builder request = PrepareMemberRequest.newBuilder()
                .setClusterId(IdMessages.toBytes(founding.cluster()))
                .setGroupId(IdMessages.toBytes(founding.managerGroup()))
                .setManager(ShardMapMessages.toMessage(manager))
                .setChange(act.number())
                .setTermFloor(act.termFloor());
        state.managers().members().forEach(member -> request.addMembers(member.clientAddress()));
        return calls.prepare(HostPort.parse(manager.peerAddress()), request.build());
    }

    private CompletionStage<Applied> propose(ClusterCommand command, long decidedInTerm, long expectedRingEpoch) {
        return log.propose(new LoggedCommand(
                log.state().level(), wallClock.millis(), self, decidedInTerm, expectedRingEpoch, command));
    }

    /** A manager that does not lead says that it is there. */
    public CompletionStage<AttendReply> attend(AttendRequest request) {
        return call(leading -> attendDesk.attend(request, leading));
    }

    /** Whether a change is about managers, and so to be asked here. */
    public static boolean concerns(ChangeRequest request) {
        return request.hasAddManager() || request.hasRemoveManager();
    }

    /** Whether a plan is about managers, and so to be asked here. */
    public static boolean concerns(PlanQuestion question) {
        return question.hasAddManager() || question.hasRemoveManager();
    }

    /** An operator changes the members; fails with NOT_MANAGER_LEADER if this manager does not lead. */
    public CompletionStage<ChangeReply> change(ChangeRequest request) {
        return call(leading -> desk.change(request, requireLeading(leading)));
    }

    /** What such a change comes to; fails likewise. */
    public CompletionStage<ClusterPlan> plan(PlanQuestion question) {
        return call(leading -> desk.plan(question, requireLeading(leading)));
    }

    private MemberDuties requireLeading(@Nullable MemberDuties leading) {
        if (leading == null) {
            throw new RingKvException(ErrorCode.NOT_MANAGER_LEADER, "This manager does not lead");
        }
        if (!isActing.getAsBoolean()) {
            throw new RingKvException(
                    ErrorCode.MANAGER_BEHIND, "This manager does nothing: servers have seen a newer log than its own");
        }
        return leading;
    }

    /** Adds to a status what is known here of members and standbys. */
    public CompletionStage<ClusterStatus> complete(ClusterStatus status) {
        return call(leading -> {
            GroupSighting seen = leading == null ? null : group.sighting();
            return CompletableFuture.completedFuture(
                    MemberStatuses.complete(status, log.state().managers(), leading, seen, limits));
        });
    }

    /** A request on the control thread. */
    private <T> CompletionStage<T> call(Function<@Nullable MemberDuties, CompletionStage<T>> request) {
        if (pending.incrementAndGet() > PENDING_MAX) {
            pending.decrementAndGet();
            return CompletableFuture.failedFuture(new RingKvException(
                    ErrorCode.OVERLOADED, PENDING_MAX + " requests about managers wait, as many as may"));
        }
        try {
            return CompletableFuture.supplyAsync(
                            () -> {
                                pending.decrementAndGet();
                                return request.apply(leading());
                            },
                            thread)
                    .thenCompose(answer -> answer);
        } catch (RejectedExecutionException e) {
            pending.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new RingKvException(ErrorCode.SHUTTING_DOWN, "This manager is about to stop", e));
        }
    }
}
