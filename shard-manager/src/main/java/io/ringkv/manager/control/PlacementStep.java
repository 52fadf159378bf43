package io.ringkv.manager.control;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.ring.Ring;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.manager.placement.Candidate;
import io.ringkv.manager.placement.FirstPlacement;
import io.ringkv.manager.placement.PlacedShard;
import io.ringkv.manager.state.ClusterSettings;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.PlaceShards;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.HeartbeatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether first placement can be made now, and what it is; else what it waits for.
 *
 * @param command the placement, null if it waits
 * @param waitsFor what it waits for, for people; empty if it can be made
 */
record PlacementStep(@Nullable PlaceShards command, String waitsFor) {

    /**
     * Looks at a cluster that is not placed. A server counts once it is ACTIVE, heard, and not about to stop. If any server
     * holds replicas already, no placement is made at all: then this log is not the one by which they came to be.
     *
     * @param groups gives a new random group id with each call
     */
    static PlacementStep look(ClusterState state, Fleet fleet, Predicate<ServerId> isHeard, Supplier<GroupId> groups) {
        ClusterSettings settings = state.requireFounding().settings();
        List<RegisteredServer> ready = new ArrayList<>();
        for (RegisteredServer server : state.servers().values()) {
            HeartbeatRequest latest = fleet.latest(server.record().id());
            if (latest != null && latest.getReplicasCount() > 0) {
                return waiting("Server " + server.record().label() + " holds " + latest.getReplicasCount()
                        + " replicas of shards that this manager has not placed; no first placement is made.");
            }
            if (latest != null
                    && !latest.getStopping()
                    && server.record().state() == ServerState.ACTIVE
                    && isHeard.test(server.record().id())) {
                ready.add(server);
            }
        }
        if (ready.size() < settings.expectedServers()) {
            return waiting("First placement waits for servers: " + ready.size() + " of " + settings.expectedServers()
                    + " have joined.");
        }
        Map<String, String> labels = new TreeMap<>();
        for (RegisteredServer server : ready) {
            String other =
                    labels.put(server.record().raftAddress(), server.record().label());
            if (other != null) {
                // One of them was replaced by the other and is not silent for long enough to show.
                return waiting("Servers " + other + " and " + server.record().label() + " say that they are both at "
                        + server.record().raftAddress() + "; first placement waits until one is silent.");
            }
        }
        return new PlacementStep(place(state, ready, groups), "");
    }

    private static PlacementStep waiting(String reason) {
        return new PlacementStep(null, reason);
    }

    private static PlaceShards place(ClusterState state, List<RegisteredServer> servers, Supplier<GroupId> groups) {
        Ring ring = Ring.equalArcs(state.requireFounding().settings().shards());
        List<Candidate> candidates = servers.stream()
                .map(server ->
                        new Candidate(server.record().id(), server.record().zone()))
                .toList();
        int level = Math.min(
                ClusterState.HIGHEST_SHARD_LEVEL,
                servers.stream().mapToInt(RegisteredServer::levelHighest).min().orElse(1));
        List<PlacedShard> placed = FirstPlacement.place(ring.shards(), state.replicationFactor(), candidates);
        List<ManagedShard> shards = new ArrayList<>(placed.size());
        List<Ring.Arc> arcs = ring.arcs();
        for (int i = 0; i < placed.size(); i++) {
            shards.add(shard(arcs.get(i), placed.get(i).voters(), groups, level));
        }
        return new PlaceShards(shards);
    }

    private static ManagedShard shard(Ring.Arc arc, List<ServerId> voters, Supplier<GroupId> groups, int level) {
        ShardRecord record = new ShardRecord(
                arc.shard(),
                groups.get(),
                ManagedShard.FIRST_INCARNATION,
                arc.range(),
                ManagedShard.FIRST_EPOCH,
                ManagedShard.FIRST_EPOCH,
                voters.stream()
                        .map(voter -> new ReplicaRecord(voter, ReplicaRole.VOTER))
                        .toList(),
                null);
        return ManagedShard.of(record, groups.get(), level, false);
    }
}
