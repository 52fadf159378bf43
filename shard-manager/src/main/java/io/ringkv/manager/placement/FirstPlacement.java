package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places all shards of a new cluster at once.
 *
 * <p><b>Constraints</b>, never broken:
 *
 * <ul>
 *   <li>Every shard gets exactly as many voters as the replication factor says, on distinct servers.
 *   <li>No zone holds more replicas of one shard than needed: with as many zones as replicas one each, with fewer zones
 *       the smallest number that still finds room (two for three replicas in two zones).
 * </ul>
 *
 * <p><b>Goals</b>, in this order:
 *
 * <ol>
 *   <li>Replicas per server as even as the zones allow: within one of each other if no zone is too small to take its
 *       share, and within one of each other inside every zone in any case.
 *   <li>First leaders per server as even as the replicas allow: within one of each other if the replicas are.
 *   <li>Every pair of servers has few shards in common, so that the work of a server that dies falls on many.
 * </ol>
 *
 * <p><b>Algorithm.</b> (1) {@link ZoneLimits}: how many replicas of one shard a zone may hold. (2) {@link ReplicaQuotas}:
 * how many replicas each server gets, filled like water: always one more to the server that has the fewest, until its zone
 * is full. (3) {@link ReplicaSpread}: shard by shard, take the servers that must be taken for the rest to work out, then
 * those that share the fewest shards with the ones taken. It never runs into a dead end; its comment says why. (4) {@link
 * LeaderSpread}: the least loaded voter leads; then leaderships are passed along chains from servers that lead most to
 * servers that lead at least two less, until there is no such chain, which is the optimum.
 *
 * <p>Example, 3 servers a b c without zones, 2 shards, 3 replicas: quotas 2 2 2; both shards on all three; shard 1 is led
 * by a, shard 2 by b. With a fourth server d: quotas 2 2 1 1, shard 1 on a b c, shard 2 on a b d, led by a and b.
 *
 * <p>Servers are taken in the order of their ids, not in the order given. Time: O(shards × servers × replicas²).
 */
public final class FirstPlacement {

    private FirstPlacement() {}

    /**
     * Places the shards.
     *
     * @param shards all shards of the cluster, in ring order
     * @param replicationFactor voters per shard, at least 1
     * @param candidates servers to use, each once
     * @return one placement per shard, in the order of {@code shards}
     * @throws IllegalArgumentException if there are fewer servers than replicas, or one is given twice
     */
    public static List<PlacedShard> place(List<ShardId> shards, int replicationFactor, List<Candidate> candidates) {
        List<Candidate> servers = new ArrayList<>(candidates);
        servers.sort(Comparator.comparing(Candidate::server));
        check(servers, replicationFactor);

        Zones zones = Zones.of(servers);
        int[] zoneLimits = ZoneLimits.perShard(zones, replicationFactor);
        int[] quotas = ReplicaQuotas.fill(zones, zoneLimits, shards.size(), replicationFactor);
        int[][] voters = new ReplicaSpread(zones, zoneLimits, quotas).choose(shards.size(), replicationFactor);
        int[] leaders = LeaderSpread.choose(voters, servers.size());

        List<PlacedShard> placed = new ArrayList<>(shards.size());
        for (int shard = 0; shard < shards.size(); shard++) {
            placed.add(new PlacedShard(shards.get(shard), leaderFirst(servers, voters[shard], leaders[shard])));
        }
        return List.copyOf(placed);
    }

    private static void check(List<Candidate> sorted, int replicationFactor) {
        if (replicationFactor < 1 || sorted.size() < replicationFactor) {
            throw new IllegalArgumentException("replication factor: " + replicationFactor + " (expected: 1 to "
                    + sorted.size() + ", the number of servers)");
        }
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).server().equals(sorted.get(i - 1).server())) {
                throw new IllegalArgumentException("server " + sorted.get(i).server() + " is given twice");
            }
        }
    }

    private static List<ServerId> leaderFirst(List<Candidate> servers, int[] voters, int leader) {
        List<ServerId> ordered = new ArrayList<>(voters.length);
        ordered.add(servers.get(leader).server());
        for (int voter : voters) {
            if (voter != leader) {
                ordered.add(servers.get(voter).server());
            }
        }
        return ordered;
    }
}
