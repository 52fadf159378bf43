package io.ringkv.server.agent;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.GetShardMapReply;
import io.ringkv.rpc.GetShardMapRequest;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.server.replica.ReplicaHost;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation of a server with the manager. It goes through three phases, and back when it must:
 *
 * <ul>
 *   <li><em>seeking</em>: ask any known process for the shard map, which names the managers;
 *   <li><em>joining</em>: register, at whoever leads;
 *   <li><em>reporting</em>: heartbeats, with instructions in the replies.
 * </ul>
 *
 * <p>A manager that does not answer, or does not lead, is left for the next one. One call is under way at a time; each ends
 * by planning the next step. Belongs to the agent's thread.
 */
final class ManagerContact {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerContact.class);

    /** Reports in a hurry after there was something to do. */
    private static final int HURRIED_REPORTS = 20;

    /** More redirects in a row come from managers that do not agree yet on who leads. */
    private static final int REDIRECTS_MAX = 3;

    private enum Phase {
        SEEKING,
        JOINING,
        REPORTING,
        STOPPED
    }

    private final AgentSettings settings;
    private final ReplicaHost host;
    private final ShardMapPublisher maps;
    private final AgentListener listener;
    private final AgentThread thread;
    private final ManagerCalls calls;
    private final ManagerBook book;
    private final ServerReports reports;
    private final Backoff backoff;

    private Phase phase = Phase.SEEKING;
    private @Nullable ClusterId cluster;
    private @Nullable RingKvException foreign;
    private boolean isCalling;
    private boolean isStopping;
    private int asked;
    private int redirects;
    private int hurried;

    ManagerContact(
            AgentSettings settings,
            @Nullable ClusterId cluster,
            ReplicaHost host,
            ShardMapPublisher maps,
            AgentListener listener,
            AgentThread thread,
            ManagerCalls calls,
            ManagerBook book,
            ServerReports reports) {
        this.settings = settings;
        this.cluster = cluster;
        this.host = host;
        this.maps = maps;
        this.listener = listener;
        this.thread = thread;
        this.calls = calls;
        this.book = book;
        this.reports = reports;
        this.backoff = new Backoff(settings.retryMinMillis(), settings.retryMaxMillis());
    }

    /** The cluster this server belongs to; null before it has joined one. */
    @Nullable
    ClusterId cluster() {
        return cluster;
    }

    /** Begins, or goes on at once. */
    void start() {
        plan(0);
    }

    /** The shard map is another one: perhaps there is something to do, or at last somebody to join. */
    void mapChanged() {
        if (phase == Phase.REPORTING) {
            hurried = Math.max(hurried, 2);
            plan(0);
        } else if (phase == Phase.SEEKING) {
            asked = 0;
            plan(0);
        }
    }

    /** Says once more what there is, and that this is about the last time. Completes in any case. */
    CompletableFuture<Void> announceStop() {
        isStopping = true;
        HostPort manager = book.reportTo();
        if (phase != Phase.REPORTING || manager == null || cluster == null) {
            return CompletableFuture.completedFuture(null);
        }
        return calls.heartbeat(manager, reports.heartbeat(cluster, true)).handle((reply, failure) -> null);
    }

    private void step() {
        if (isCalling) {
            return;
        }
        try {
            switch (phase) {
                case SEEKING -> seek();
                case JOINING -> join();
                case REPORTING -> report();
                case STOPPED -> LOG.debug("event=agent-stopped");
            }
        } catch (RuntimeException e) {
            stumbled(e);
        }
    }

    private void seek() {
        List<HostPort> sources = book.sources();
        if (book.knowsManagers() && asked == 0) {
            enter(Phase.JOINING);
        } else if (sources.isEmpty()) {
            plan(backoff.failed());
        } else {
            HostPort source = sources.get(asked % sources.size());
            GetShardMapRequest.Builder request = GetShardMapRequest.newBuilder();
            if (cluster != null) {
                request.setClusterId(IdMessages.toBytes(cluster));
            }
            call(
                    calls.shardMap(source, request.build()),
                    this::found,
                    failure -> notFound(source, sources.size(), failure));
        }
    }

    private void found(GetShardMapReply reply) {
        ShardMap map = ShardMapMessages.fromMessage(reply.getShardMap());
        maps.publish(map);
        book.learn(map);
        asked = 0;
        foreign = null;
        enter(Phase.JOINING);
    }

    private void notFound(HostPort source, int sources, RingKvException failure) {
        if (failure.code() == ErrorCode.WRONG_CLUSTER) {
            foreign = failure;
        }
        asked++;
        if (asked % sources != 0) {
            plan(0);
            return;
        }
        // Nobody helped in a whole round. One of another cluster is only a mistake beside others; alone it is the
        // answer.
        if (foreign != null && !book.knowsManagers()) {
            refuse(foreign);
            return;
        }
        LOG.debug("event=manager-not-found asked={} last={} reason=\"{}\"", sources, source, failure.getMessage());
        asked = 0;
        foreign = null;
        phase = book.knowsManagers() ? Phase.JOINING : Phase.SEEKING;
        // A manager that answers but has no cluster yet may have one any moment.
        plan(failure.code() == ErrorCode.NOT_BOOTSTRAPPED ? settings.retryMinMillis() : backoff.failed());
    }

    private void join() {
        HostPort manager = book.reportTo();
        if (manager == null) {
            phase = Phase.SEEKING;
            plan(backoff.failed());
            return;
        }
        call(
                calls.register(manager, reports.registration(cluster)),
                this::registered,
                failure -> lost(manager, failure));
    }

    private void registered(RegisterReply reply) {
        if (reply.hasRefusal()) {
            declined(FailureStatus.fromMessage(reply.getRefusal()));
        } else if (reply.hasLeader()) {
            redirected(ShardMapMessages.fromMessage(reply.getLeader()));
        } else {
            ClusterId joined = IdMessages.clusterId(reply.getClusterId());
            listener.joined(joined, ShardMapMessages.fromMessage(reply.getServer()));
            cluster = joined;
            succeeded();
            LOG.info(
                    "event=server-registered cluster={} label={}",
                    joined,
                    reply.getServer().getLabel());
            enter(Phase.REPORTING);
        }
    }

    private void report() {
        HostPort manager = book.reportTo();
        if (manager == null || cluster == null) {
            phase = Phase.SEEKING;
            plan(backoff.failed());
            return;
        }
        call(
                calls.heartbeat(manager, reports.heartbeat(cluster, isStopping)),
                this::reported,
                failure -> lost(manager, failure));
    }

    private void reported(HeartbeatReply reply) {
        if (reply.hasRefusal()) {
            declined(FailureStatus.fromMessage(reply.getRefusal()));
        } else if (reply.hasLeader()) {
            redirected(ShardMapMessages.fromMessage(reply.getLeader()));
        } else if (reply.getNotLeader()) {
            book.next();
            plan(backoff.failed());
        } else {
            succeeded();
            for (Instruction instruction : reply.getInstructionsList()) {
                host.obey(reply.getManagerTerm(), instruction);
            }
            hurried = reply.getInstructionsCount() > 0 ? HURRIED_REPORTS : Math.max(0, hurried - 1);
            plan(hurried > 0 ? settings.hurriedMillis() : settings.heartbeatMillis());
        }
    }

    private void succeeded() {
        backoff.succeeded();
        redirects = 0;
    }

    /** Another manager leads: go there at once, but not in circles. */
    private void redirected(ManagerRecord leader) {
        book.leaderIs(HostPort.parse(leader.peerAddress()));
        redirects++;
        plan(redirects <= REDIRECTS_MAX ? 0 : backoff.failed());
    }

    /** The manager says no: for now, or for good. */
    private void declined(RingKvException refusal) {
        if (refusal.code() == ErrorCode.SERVER_NOT_FOUND) {
            enter(Phase.JOINING);
        } else if (isForGood(refusal.family())) {
            refuse(refusal);
        } else {
            LOG.info("event=manager-declined reason=\"{}\"", refusal.getMessage());
            book.next();
            plan(backoff.failed());
        }
    }

    private static boolean isForGood(ErrorFamily family) {
        return family == ErrorFamily.FORBIDDEN
                || family == ErrorFamily.INVALID_ARGUMENT
                || family == ErrorFamily.CONDITION_FAILED;
    }

    /** The manager does not answer: try the next one, and after a while look for others. */
    private void lost(HostPort manager, RingKvException failure) {
        LOG.info("event=manager-silent manager={} reason=\"{}\"", manager, failure.getMessage());
        book.next();
        long wait = backoff.failed();
        if (wait >= settings.retryMaxMillis()) {
            asked = 1;
            phase = Phase.SEEKING;
        }
        plan(wait);
    }

    private void refuse(RingKvException reason) {
        LOG.error("event=server-refused reason=\"{}\"", reason.getMessage());
        phase = Phase.STOPPED;
        listener.refused(reason);
    }

    /** A reply that makes no sense, or a failure of ours: either way the next attempt may do better. */
    private void stumbled(RuntimeException failure) {
        LOG.error("event=agent-step-failed phase={}", phase, failure);
        plan(settings.retryMaxMillis());
    }

    private void enter(Phase newPhase) {
        phase = newPhase;
        plan(0);
    }

    private void plan(long waitMillis) {
        if (phase != Phase.STOPPED) {
            thread.plan(this::step, waitMillis);
        }
    }

    private <T> void call(CompletableFuture<T> call, Consumer<T> answered, Consumer<RingKvException> failed) {
        isCalling = true;
        CompletableFuture<T> unused = call.whenComplete((reply, failure) -> thread.execute(() -> {
            isCalling = false;
            try {
                if (failure == null) {
                    answered.accept(reply);
                } else {
                    failed.accept(FailureStatus.toException(failure));
                }
            } catch (RuntimeException e) {
                stumbled(e);
            }
        }));
    }
}
