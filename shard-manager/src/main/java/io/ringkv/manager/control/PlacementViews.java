package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.manager.liveness.LivenessDetector;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.placement.PlacementTolerances;
import io.ringkv.manager.placement.PlacementView;
import io.ringkv.manager.placement.ServerView;
import io.ringkv.manager.placement.ShardOperation;
import io.ringkv.manager.placement.ShardView;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.ReplicaReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Puts together what the planner looks at: what is logged, who is heard, and what servers report. Stateless. */
final class PlacementViews {

    private PlacementViews() {}

    /**
     * The cluster at this instant.
     *
     * @param isOnHold shards for which nothing is to be proposed for now
     */
    static PlacementView of(ClusterState state, Fleet fleet, LivenessDetector detector, Predicate<ShardId> isOnHold) {
        List<ServerView> servers = state.servers().values().stream()
                .map(server -> server(server, fleet.latest(server.record().id()), detector))
                .toList();
        Map<ShardId, Operation> operations = new HashMap<>();
        state.operations()
                .running()
                .values()
                .forEach(running -> operations.put(running.order().shard(), running));
        List<ShardView> shards = state.shards().values().stream()
                .map(shard -> shard(
                        shard,
                        fleet,
                        operations.get(shard.record().id()),
                        isOnHold.test(shard.record().id())))
                .toList();
        return new PlacementView(servers, shards, state.replicationFactor(), PlacementTolerances.USUAL);
    }

    private static ServerView server(
            RegisteredServer server, @Nullable HeartbeatRequest latest, LivenessDetector detector) {
        ServerRecord record = server.record();
        long total = latest == null ? 0 : Math.max(0, latest.getDiskTotalBytes());
        long free = latest == null ? 0 : Math.max(0, Math.min(total, latest.getDiskFreeBytes()));
        return new ServerView(
                record.id(),
                record.label(),
                record.zone(),
                record.state(),
                detector.isHeard(record.id()) && latest != null && !latest.getStopping(),
                server.maintenance() != null,
                latest != null && latest.getReadOnly(),
                free,
                total);
    }

    private static ShardView shard(ManagedShard shard, Fleet fleet, @Nullable Operation operation, boolean isOnHold) {
        Fleet.Leader leader = fleet.leaderOf(shard);
        ServerId leading = leader == null ? null : leader.server();
        long bytes = leader == null
                ? bytesOfVoters(shard, fleet)
                : Math.max(0, leader.report().getDataBytes());
        return new ShardView(
                shard.record().id(),
                shard.record().voters(),
                leading,
                bytes,
                operation == null ? null : change(operation.order()),
                isOnHold);
    }

    /**
     * The most that any voter reports: a shard without a leader is as large as before. If it counted as nothing, its servers
     * would seem to have room, and every election could start a move.
     */
    private static long bytesOfVoters(ManagedShard shard, Fleet fleet) {
        long most = 0;
        for (ServerId voter : shard.record().voters()) {
            ReplicaReport report = fleet.replica(voter, shard);
            most = Math.max(most, report == null ? 0 : report.getDataBytes());
        }
        return most;
    }

    private static ShardOperation change(OperationOrder order) {
        return new ShardOperation(order.kind(), order.source(), order.target());
    }
}
