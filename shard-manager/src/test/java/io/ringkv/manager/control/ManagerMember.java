package io.ringkv.manager.control;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterMachine;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.ServerAddresses;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.ServerRecord;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One manager: the real duties of a leader and the real desks, over its own copy of the group's log. */
final class ManagerMember implements ClusterLog {

    private final ManagerId id;
    private final ManagersModel group;
    private final ServerDesk serverDesk;
    private final AdminDesk adminDesk;

    private ClusterState state = ClusterState.EMPTY;
    private int applied;
    private @Nullable LeaderDuties duties;
    private long deposedMillis;
    private long tickedMillis;
    private boolean isUp = true;
    private boolean isPaused;

    /** By server, how long it was silent while this member was awake and led, by the plainest reckoning. */
    private final Map<ServerId, Long> silentMillis = new TreeMap<>();

    ManagerMember(ManagerId id, ManagersModel group) {
        this.id = id;
        this.group = group;
        this.serverDesk = new ServerDesk(this, (command, term) -> propose(new LoggedCommand(1, 1, id, term, command)));
        this.adminDesk = new AdminDesk(
                this, (command, term, epoch) -> propose(new LoggedCommand(1, 1, id, term, epoch, command)));
    }

    ManagerId id() {
        return id;
    }

    @Nullable
    LeaderDuties duties() {
        return duties;
    }

    int applied() {
        return applied;
    }

    boolean isAwake() {
        return isUp && !isPaused;
    }

    void crash() {
        isUp = false;
        isPaused = false;
        duties = null;
    }

    void pause() {
        isPaused = isUp;
    }

    void start() {
        if (!isUp || isPaused) {
            tickedMillis = isUp ? tickedMillis : now();
            isUp = true;
            isPaused = false;
        }
    }

    private long now() {
        return group.network().now();
    }

    private int random(int bound) {
        return group.network().random(bound);
    }

    /** A leader is ready once it has applied all. */
    void lead(long term) {
        applyUntil(group.entries());
        tickedMillis = now();
        silentMillis.clear();
        deposedMillis = 0;
        duties = new LeaderDuties(
                term,
                group.settings(),
                state,
                (command, decidedInTerm) -> propose(new LoggedCommand(1, 1, id, decidedInTerm, command)),
                Runnable::run,
                new ShardMapPublisher(),
                group::newGroup);
    }

    void tick() {
        if (!isAwake()) {
            return;
        }
        catchUp();
        LeaderDuties leading = duties;
        if (leading == null) {
            tickedMillis = now();
            return;
        }
        if (!group.isLeader(this)) {
            deposedMillis = deposedMillis == 0 ? now() + random(10_000) : deposedMillis;
            if (now() >= deposedMillis) {
                duties = null;
                return;
            }
        }
        long tick = group.settings().liveness().tickMillis();
        long elapsed = now() - tickedMillis;
        tickedMillis = now();
        state.servers().keySet().forEach(server -> silentMillis.merge(server, Math.min(elapsed, 2 * tick), Long::sum));
        long slept = 0;
        if (group.sabotage() == Sabotage.DOWN_IGNORES_GRACE) {
            for (; elapsed - slept > tick; slept += tick) {
                leading.tick(tick);
            }
        }
        leading.tick(elapsed - slept);
    }

    /** How long a server was silent to this member. */
    long silentMillis(ServerId server) {
        return silentMillis.getOrDefault(server, 0L);
    }

    /** Only the leader is sure to have everything at once. */
    void catchUp() {
        int all = group.entries();
        applyUntil(group.isLeader(this) ? all : applied + random(all - applied + 1));
        group.trim();
    }

    private void applyUntil(int until) {
        boolean isNews = applied < until;
        while (applied < until) {
            ManagersModel.Entry entry = group.entry(applied);
            if (entry == null) {
                throw new AssertionError("entry " + applied + " of " + until + " is not there");
            }
            applied++;
            state = ClusterMachine.apply(state, entry.command(), entry.term(), applied)
                    .state();
        }
        if (isNews && duties != null) {
            duties.stateChanged(state);
        }
    }

    void register(int server, Runnable done, IntConsumer redirect) {
        if (!isAwake()) {
            return;
        }
        ServerAddresses addresses = Clusters.addresses(server);
        RegisterRequest request = RegisterRequest.newBuilder()
                .setClusterId(IdMessages.toBytes(Clusters.CLUSTER))
                .setServer(ServerRecord.newBuilder()
                        .setServerId(server)
                        .setClientAddress(addresses.client())
                        .setPeerAddress(addresses.peer())
                        .setRaftAddress(addresses.raft())
                        .setHttpAddress(addresses.http()))
                .setVersion("1.0")
                .setLevelHighest(1)
                .build();
        CompletionStage<?> unused = serverDesk
                .register(request, duties, group.recordOfLeader())
                .thenAccept(reply -> {
                    if (reply.hasLeader()) {
                        redirect.accept(group.memberOf(reply.getLeader()));
                    } else if (!reply.hasRefusal() || group.isRemoved(Clusters.server(server))) {
                        done.run();
                    }
                });
    }

    void heartbeat(HeartbeatRequest heartbeat, Consumer<HeartbeatReply> answer) {
        if (!isAwake()) {
            return;
        }
        LeaderDuties leading = duties;
        ServerId server = IdMessages.serverId(heartbeat.getServerId());
        HeartbeatRequest before = leading == null ? null : leading.fleet().latest(server);
        HeartbeatReply reply = serverDesk.heartbeat(heartbeat, leading, group.recordOfLeader());
        HeartbeatRequest latest = leading == null ? null : leading.fleet().latest(server);
        // A copy that comes late is no sign of life.
        if (isLast(heartbeat, latest) && !isLast(heartbeat, before)) {
            silentMillis.put(server, 0L);
        }
        answer.accept(reply);
    }

    private static boolean isLast(HeartbeatRequest heartbeat, @Nullable HeartbeatRequest latest) {
        return latest != null
                && latest.getBootId() == heartbeat.getBootId()
                && latest.getSequence() == heartbeat.getSequence();
    }

    CompletableFuture<?> change(ChangeRequest request) {
        return adminDesk.change(request, duties).toCompletableFuture();
    }

    @Override
    public ClusterState state() {
        return state;
    }

    @Override
    public Leadership leadership() {
        return duties == null ? Leadership.NONE : new Leadership(true, duties.term(), id);
    }

    @Override
    public CompletionStage<Applied> propose(LoggedCommand command) {
        return group.propose(this, command);
    }

    @Override
    public Map<ManagerId, Long> silentMillis() {
        return Map.of();
    }
}
