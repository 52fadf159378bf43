package io.ringkv.server.agent;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.ClusterServiceBase;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.rpc.support.Unary;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The service Cluster of a KV server: the shard map it was told, and the state of the cluster as a manager sees it. Without
 * any manager it says what the map says, marked as incomplete. Safe for use by any thread.
 */
public final class ServerClusterService extends ClusterServiceBase {

    private static final long STATUS_TIMEOUT_MILLIS = 2_000;

    private final ShardMapPublisher maps;
    private final ManagerAgent agent;
    private final ChannelCache channels;

    /**
     * A service that asks the managers its agent knows.
     *
     * @param identity who answers here, now
     * @param timer for signs of life, such as an event loop
     * @param channels connections to managers
     */
    public ServerClusterService(
            ShardMapPublisher maps,
            Supplier<ProcessIdentity> identity,
            ScheduledExecutorService timer,
            ManagerAgent agent,
            ChannelCache channels) {
        super(maps, identity, timer);
        this.maps = maps;
        this.agent = agent;
        this.channels = channels;
    }

    @Override
    protected CompletionStage<ClusterStatus> status(GetStatusRequest request) {
        CompletionStage<List<HostPort>> managers =
                request.getLocal() ? CompletableFuture.completedFuture(List.of()) : agent.managers();
        return managers.thenCompose(doors -> ask(doors.iterator()));
    }

    /** Asks one manager after the other; each of them passes the question on to the leader. */
    private CompletionStage<ClusterStatus> ask(Iterator<HostPort> managers) {
        if (!managers.hasNext()) {
            return ownView();
        }
        ClusterGrpc.ClusterStub stub = ClusterGrpc.newStub(channels.to(managers.next()))
                .withDeadlineAfter(STATUS_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        return Unary.call(stub::getStatus, GetStatusRequest.getDefaultInstance())
                .handle((status, failure) ->
                        failure == null ? CompletableFuture.<ClusterStatus>completedStage(status) : ask(managers))
                .thenCompose(next -> next);
    }

    private CompletionStage<ClusterStatus> ownView() {
        ShardMap map = maps.current().orElse(null);
        if (map == null) {
            return CompletableFuture.failedFuture(
                    new RingKvException(ErrorCode.MANAGER_UNAVAILABLE, "This server has not found a manager yet"));
        }
        ClusterStatus.Builder status = ClusterStatus.newBuilder()
                .setClusterId(IdMessages.toBytes(map.cluster()))
                .setRingEpoch(map.ringEpoch())
                .setReplicationFactor(map.replicationFactor())
                .setPlaced(!map.shards().isEmpty())
                .addNotices("No manager answers this server; this is what it was told last.");
        map.managers()
                .forEach(manager ->
                        status.addManagers(ManagerStatus.newBuilder().setManager(ShardMapMessages.toMessage(manager))));
        map.servers()
                .forEach(server ->
                        status.addServers(ServerStatus.newBuilder().setServer(ShardMapMessages.toMessage(server))));
        map.shards().forEach(shard -> {
            ShardStatus.Builder row = ShardStatus.newBuilder().setRecord(ShardMapMessages.toMessage(shard));
            maps.leader(shard.id())
                    .ifPresent(leader -> row.setLeader(leader.server().value()).setTerm(leader.term()));
            status.addShards(row);
        });
        return CompletableFuture.completedFuture(status.build());
    }
}
