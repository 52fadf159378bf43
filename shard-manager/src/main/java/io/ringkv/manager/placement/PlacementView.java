package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.limit.Limits;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Everything the planner looks at, at one instant: what the manager's log says, who is heard, and what servers report.
 * Immutable.
 *
 * @param servers all servers that are registered or hold a replica, in ascending order of their ids
 * @param shards all shards, in ascending order of their ids
 * @param replicationFactor wanted voters per shard
 * @param tolerances what the planner lets be
 */
public record PlacementView(
        List<ServerView> servers, List<ShardView> shards, int replicationFactor, PlacementTolerances tolerances) {

    /**
     * Sorts servers and shards, so that the order given does not matter.
     *
     * @throws IllegalArgumentException if a server or shard is given twice, a shard or its operation names an unknown server,
     *     or the replication factor is out of bounds
     */
    public PlacementView {
        if (replicationFactor < 1 || replicationFactor > Limits.MAX_REPLICATION_FACTOR) {
            throw new IllegalArgumentException("replication factor: " + replicationFactor + " (expected: 1 to "
                    + Limits.MAX_REPLICATION_FACTOR + ")");
        }
        Objects.requireNonNull(tolerances, "tolerances");
        servers = servers.stream()
                .sorted(Comparator.comparing(ServerView::server))
                .toList();
        shards = shards.stream().sorted(Comparator.comparing(ShardView::shard)).toList();
        Set<ServerId> known = new HashSet<>();
        for (ServerView server : servers) {
            if (!known.add(server.server())) {
                throw new IllegalArgumentException("server " + server.server() + " is given twice");
            }
        }
        Set<ShardId> seen = new HashSet<>();
        for (ShardView shard : shards) {
            if (!seen.add(shard.shard())) {
                throw new IllegalArgumentException("shard " + shard.shard() + " is given twice");
            }
            for (ServerId voter : shard.expectedVoters()) {
                requireKnown(known, shard, voter);
            }
            for (ServerId voter : shard.voters()) {
                requireKnown(known, shard, voter);
            }
        }
    }

    private static void requireKnown(Set<ServerId> known, ShardView shard, ServerId voter) {
        if (!known.contains(voter)) {
            throw new IllegalArgumentException(
                    "server " + voter + " of shard " + shard.shard() + " is not in the view");
        }
    }

    /** The same instant with other servers. */
    public PlacementView withServers(List<ServerView> newServers) {
        return new PlacementView(newServers, shards, replicationFactor, tolerances);
    }

    /** The same instant with other shards. */
    public PlacementView withShards(List<ShardView> newShards) {
        return new PlacementView(servers, newShards, replicationFactor, tolerances);
    }

    /** The same instant with another number of wanted voters. */
    public PlacementView withReplicationFactor(int newReplicationFactor) {
        return new PlacementView(servers, shards, newReplicationFactor, tolerances);
    }
}
