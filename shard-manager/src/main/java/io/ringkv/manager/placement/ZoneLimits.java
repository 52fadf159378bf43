package io.ringkv.manager.placement;

/** How many replicas of one shard each zone may hold, so that the loss of a zone costs a shard as little as possible. */
final class ZoneLimits {

    private ZoneLimits() {}

    /**
     * The smallest limit, the same for all zones, under which all replicas of a shard find room; a zone with fewer servers
     * than that is limited by their number.
     */
    static int[] perShard(Zones zones, int replicationFactor) {
        for (int limit = 1; limit <= zones.largestZone(); limit++) {
            int[] limits = limited(zones, limit);
            int room = 0;
            for (int ofZone : limits) {
                room += ofZone;
            }
            if (room >= replicationFactor) {
                return limits;
            }
        }
        throw new IllegalArgumentException("replication factor: " + replicationFactor + " (expected: at most "
                + zones.servers() + ", the number of servers)");
    }

    private static int[] limited(Zones zones, int limit) {
        int[] limits = new int[zones.zones()];
        for (int zone = 0; zone < limits.length; zone++) {
            limits[zone] = Math.min(limit, zones.serversIn(zone));
        }
        return limits;
    }
}
