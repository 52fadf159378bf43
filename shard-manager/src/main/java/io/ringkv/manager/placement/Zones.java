package io.ringkv.manager.placement;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Servers by number, and the zone of each by number; both numbers count from 0. */
final class Zones {

    private final int[] zoneOfServer;
    private final int[] serversOfZone;

    private Zones(int[] zoneOfServer, int zones) {
        this.zoneOfServer = zoneOfServer;
        this.serversOfZone = new int[zones];
        for (int zone : zoneOfServer) {
            serversOfZone[zone]++;
        }
    }

    /** Numbers the servers in the order given and the zones in the order of their names. */
    static Zones of(List<Candidate> servers) {
        TreeMap<String, Integer> numbers = new TreeMap<>();
        servers.forEach(server -> numbers.put(server.zone(), 0));
        int next = 0;
        for (String zone : List.copyOf(numbers.keySet())) {
            numbers.put(zone, next++);
        }
        int[] zoneOfServer = servers.stream()
                .mapToInt(server -> numbers.getOrDefault(server.zone(), 0))
                .toArray();
        return new Zones(zoneOfServer, next);
    }

    int servers() {
        return zoneOfServer.length;
    }

    int zones() {
        return serversOfZone.length;
    }

    int zoneOf(int server) {
        return zoneOfServer[server];
    }

    int serversIn(int zone) {
        return serversOfZone[zone];
    }

    int largestZone() {
        return Arrays.stream(serversOfZone).max().orElse(0);
    }
}
