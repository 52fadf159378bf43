package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A view in numbers, on which changes can be tried: servers, zones and shards count from 0 in the order of the view. It
 * shows every operation under way as if it had succeeded. A change costs about as much as a shard has voters.
 *
 * <p>Used by one thread.
 */
final class Layout {

    /** Stands for no server. */
    static final int NONE = -1;

    private final PlacementView view;
    private final Map<ServerId, Integer> numbers = new HashMap<>();
    private final ServerStanding[] standings;
    private final int[] zoneOf;
    private final int[] zoneLimits;

    private final int[][] voters;
    private final int[] leaders;
    private final boolean[] isBusy;

    private final List<SortedSet<Integer>> shardsOn = new ArrayList<>();
    private final int[] led;
    private final long[] loadBytes;

    /** Of each server, data that operations will bring and that is not on its disk yet. */
    private final long[] incomingBytes;

    /** Of each server, data that operations will delete and that is still on its disk. */
    private final long[] outgoingBytes;

    private final ServersByCount serving = new ServersByCount();
    private final List<ServersByCount> servingInZone = new ArrayList<>();
    private final Companions companions;

    Layout(PlacementView view) {
        this.view = view;
        int servers = view.servers().size();
        int shards = view.shards().size();
        this.standings = new ServerStanding[servers];
        List<Candidate> all = new ArrayList<>(servers);
        for (int server = 0; server < servers; server++) {
            ServerView seen = view.servers().get(server);
            numbers.put(seen.server(), server);
            standings[server] = ServerStanding.of(seen);
            all.add(new Candidate(seen.server(), seen.zone()));
            shardsOn.add(new TreeSet<>());
        }
        Zones zones = Zones.of(all);
        this.zoneOf = new int[servers];
        for (int server = 0; server < servers; server++) {
            zoneOf[server] = zones.zoneOf(server);
        }
        this.zoneLimits = limitsPerShard(view, zones.zones());
        this.led = new int[servers];
        this.loadBytes = new long[servers];
        this.incomingBytes = new long[servers];
        this.outgoingBytes = new long[servers];
        this.voters = new int[shards][];
        this.leaders = new int[shards];
        this.isBusy = new boolean[shards];
        for (int shard = 0; shard < shards; shard++) {
            place(shard, view.shards().get(shard));
        }
        sortServing(zones.zones());
        this.companions = new Companions(this);
    }

    /** How many replicas of a shard each zone may hold, reckoned from the servers that are to stay. */
    private int[] limitsPerShard(PlacementView view, int zones) {
        List<Candidate> places = new ArrayList<>();
        int[] zoneOfPlace = new int[view.servers().size()];
        for (int server = 0; server < zoneOf.length; server++) {
            ServerView seen = view.servers().get(server);
            if (isPlace(server)) {
                zoneOfPlace[places.size()] = zoneOf[server];
                places.add(new Candidate(seen.server(), seen.zone()));
            }
        }
        int[] limits = new int[zones];
        if (places.isEmpty()) {
            return limits;
        }
        Zones zonesOfPlaces = Zones.of(places);
        int[] limitsOfPlaces = ZoneLimits.perShard(zonesOfPlaces, Math.min(view.replicationFactor(), places.size()));
        for (int place = 0; place < places.size(); place++) {
            limits[zoneOfPlace[place]] = limitsOfPlaces[zonesOfPlaces.zoneOf(place)];
        }
        return limits;
    }

    private void place(int shard, ShardView seen) {
        List<ServerId> expected = seen.expectedVoters();
        voters[shard] = expected.stream().mapToInt(this::number).sorted().toArray();
        leaders[shard] = NONE;
        isBusy[shard] = seen.isBusy();
        for (int server : voters[shard]) {
            shardsOn.get(server).add(shard);
            loadBytes[server] += seen.dataBytes();
            if (!seen.voters().contains(server(server).server())) {
                incomingBytes[server] += seen.dataBytes();
            }
        }
        for (ServerId now : seen.voters()) {
            if (!expected.contains(now)) {
                outgoingBytes[number(now)] += seen.dataBytes();
            }
        }
        ShardOperation operation = seen.operation();
        ServerId leader = operation != null && operation.kind() == OperationKind.TRANSFER_LEADER
                ? operation.target()
                : seen.leader();
        if (leader != null && expected.contains(leader)) {
            leaders[shard] = number(leader);
            led[leaders[shard]]++;
        }
    }

    private void sortServing(int zones) {
        for (int zone = 0; zone < zones; zone++) {
            servingInZone.add(new ServersByCount());
        }
        for (int server = 0; server < standings.length; server++) {
            if (standings[server] == ServerStanding.SERVING) {
                serving.add(server, replicas(server));
                servingInZone.get(zoneOf[server]).add(server, replicas(server));
            }
        }
    }

    PlacementView view() {
        return view;
    }

    int servers() {
        return standings.length;
    }

    int shards() {
        return voters.length;
    }

    int zones() {
        return zoneLimits.length;
    }

    int number(ServerId server) {
        Integer number = numbers.get(server);
        if (number == null) {
            throw new IllegalArgumentException("server " + server + " is not in the view");
        }
        return number;
    }

    ServerView server(int server) {
        return view.servers().get(server);
    }

    ShardView shard(int shard) {
        return view.shards().get(shard);
    }

    /** Name of the server for people. */
    String label(int server) {
        return server(server).label();
    }

    ServerStanding standing(int server) {
        return standings[server];
    }

    /** Whether the server counts when it is reckoned how many servers and zones there are. */
    boolean isPlace(int server) {
        return standings[server].isStaying() && server(server).state() != ServerState.JOINING;
    }

    /** Whether the replicas of this server take part in majorities now. */
    boolean isAlive(int server) {
        return server(server).isHeard() && standings[server] != ServerStanding.DEAD;
    }

    int zoneOf(int server) {
        return zoneOf[server];
    }

    int zoneLimit(int zone) {
        return zoneLimits[zone];
    }

    /** Servers of the shard, ascending. Not to be changed. */
    int[] voters(int shard) {
        return voters[shard];
    }

    boolean holds(int server, int shard) {
        return Arrays.binarySearch(voters[shard], server) >= 0;
    }

    /** The server that leads, or {@link #NONE}. */
    int leader(int shard) {
        return leaders[shard];
    }

    /** Whether nothing more may be proposed for the shard: something is, was just now, or is not to be. */
    boolean isBusy(int shard) {
        return isBusy[shard] || shard(shard).isOnHold();
    }

    /** Whether a replica may be moved for good order only: every voter answers, and none of them is lost. */
    boolean isMovable(int shard) {
        if (isBusy(shard)) {
            return false;
        }
        for (int voter : voters[shard]) {
            if (!isAlive(voter)) {
                return false;
            }
        }
        return true;
    }

    /** Replicas that are to stay in the zone, this server's not counted. */
    int stayingInZone(int shard, int zone, int except) {
        int count = 0;
        for (int voter : voters[shard]) {
            if (voter != except && zoneOf[voter] == zone && standings[voter].isStaying()) {
                count++;
            }
        }
        return count;
    }

    int replicas(int server) {
        return shardsOn.get(server).size();
    }

    int led(int server) {
        return led[server];
    }

    /** Data of all replicas of the server. */
    long loadBytes(int server) {
        return loadBytes[server];
    }

    /** Data the server will still receive. */
    long incomingBytes(int server) {
        return incomingBytes[server];
    }

    /** Shards with a replica on the server, ascending. Changes with the layout. */
    SortedSet<Integer> shardsOn(int server) {
        return Collections.unmodifiableSortedSet(shardsOn.get(server));
    }

    /** Servers that may gain and lose replicas, by how many they have. */
    ServersByCount serving() {
        return serving;
    }

    /** The same within one zone. */
    ServersByCount servingInZone(int zone) {
        return servingInZone.get(zone);
    }

    /** Which servers share how many shards. */
    Companions companions() {
        return companions;
    }

    /**
     * Changes the replicas of a shard, which counts as busy from then on.
     *
     * @param source server that loses its replica, or {@link #NONE}
     * @param target server that gains one, or {@link #NONE}
     */
    void change(int shard, int source, int target) {
        isBusy[shard] = true;
        companions.forget(shard);
        if (source != NONE) {
            take(shard, source);
        }
        if (target != NONE) {
            give(shard, target);
        }
        companions.learn(shard);
    }

    /** Changes the leader of a shard, which counts as busy from then on. */
    void transfer(int shard, int target) {
        isBusy[shard] = true;
        leave(shard);
        leaders[shard] = target;
        led[target]++;
    }

    /**
     * The view with everything done that is shown here: nothing is under way any more, and data lies on the disks of the
     * servers that hold it.
     */
    PlacementView asView() {
        List<ServerView> servers = new ArrayList<>(standings.length);
        for (int server = 0; server < standings.length; server++) {
            servers.add(withDisk(server));
        }
        List<ShardView> shards = new ArrayList<>(voters.length);
        for (int shard = 0; shard < voters.length; shard++) {
            ShardView seen = shard(shard);
            shards.add(new ShardView(
                    seen.shard(),
                    Arrays.stream(voters[shard])
                            .mapToObj(voter -> server(voter).server())
                            .toList(),
                    leaders[shard] == NONE ? null : server(leaders[shard]).server(),
                    seen.dataBytes(),
                    null,
                    seen.isOnHold()));
        }
        return new PlacementView(servers, shards, view.replicationFactor(), view.tolerances());
    }

    private ServerView withDisk(int server) {
        ServerView seen = server(server);
        if (seen.diskTotalBytes() == 0) {
            return seen;
        }
        long free = seen.diskFreeBytes() - incomingBytes[server] + outgoingBytes[server];
        return seen.withDisk(Math.max(0, Math.min(free, seen.diskTotalBytes())), seen.diskTotalBytes());
    }

    private void leave(int shard) {
        if (leaders[shard] != NONE) {
            led[leaders[shard]]--;
            leaders[shard] = NONE;
        }
    }

    private void take(int shard, int source) {
        int before = replicas(source);
        if (!shardsOn.get(source).remove(shard)) {
            throw new IllegalStateException("server " + label(source) + " has no replica of shard "
                    + shard(shard).shard());
        }
        voters[shard] =
                Arrays.stream(voters[shard]).filter(voter -> voter != source).toArray();
        if (leaders[shard] == source) {
            leave(shard);
        }
        loadBytes[source] -= shard(shard).dataBytes();
        outgoingBytes[source] += shard(shard).dataBytes();
        recount(source, before);
    }

    private void give(int shard, int target) {
        int before = replicas(target);
        if (!shardsOn.get(target).add(shard)) {
            throw new IllegalStateException("server " + label(target) + " has a replica of shard "
                    + shard(shard).shard());
        }
        int[] more = Arrays.copyOf(voters[shard], voters[shard].length + 1);
        more[more.length - 1] = target;
        Arrays.sort(more);
        voters[shard] = more;
        loadBytes[target] += shard(shard).dataBytes();
        incomingBytes[target] += shard(shard).dataBytes();
        recount(target, before);
    }

    private void recount(int server, int before) {
        if (standings[server] == ServerStanding.SERVING) {
            serving.change(server, before, replicas(server));
            servingInZone.get(zoneOf[server]).change(server, before, replicas(server));
        }
    }
}
