package io.ringkv.manager.placement;

import java.util.Comparator;
import java.util.PriorityQueue;

/** How many replicas each server shall hold. */
final class ReplicaQuotas {

    private ReplicaQuotas() {}

    /**
     * Hands out {@code shards × replicationFactor} replicas one by one, each to the server that has the fewest (of equals,
     * the first) and whose zone is not full. A server never gets more than one per shard, a zone never more per shard than
     * its limit.
     */
    static int[] fill(Zones zones, int[] zoneLimits, int shards, int replicationFactor) {
        int[] quotas = new int[zones.servers()];
        long[] roomOfZone = new long[zones.zones()];
        for (int zone = 0; zone < roomOfZone.length; zone++) {
            roomOfZone[zone] = (long) zoneLimits[zone] * shards;
        }
        PriorityQueue<Integer> emptiestFirst = new PriorityQueue<>(
                Comparator.<Integer>comparingInt(server -> quotas[server]).thenComparing(Comparator.naturalOrder()));
        for (int server = 0; server < quotas.length; server++) {
            emptiestFirst.add(server);
        }
        long left = (long) shards * replicationFactor;
        while (left > 0) {
            int server = emptiestFirst.remove();
            int zone = zones.zoneOf(server);
            // A full zone stays full, so its servers need not come back; the same holds for a server with all shards.
            if (roomOfZone[zone] > 0 && quotas[server] < shards) {
                quotas[server]++;
                roomOfZone[zone]--;
                left--;
                emptiestFirst.add(server);
            }
        }
        return quotas;
    }
}
