package io.ringkv.common.shardmap;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Ring;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** A cluster's published maps in order, as a manager would publish them: splits, merges, moves, restores, leaders. */
public final class ShardMapHistory {

    static final ClusterId CLUSTER = new ClusterId(new UUID(1, 1));

    private final Random random;
    private final List<ShardMap> maps = new ArrayList<>();
    private int lastShard;

    public ShardMapHistory(long seed, int shards, int changes) {
        random = new Random(seed);
        lastShard = shards;
        List<ShardRecord> records = new ArrayList<>();
        for (Ring.Arc arc : Ring.equalArcs(shards).arcs()) {
            records.add(new ShardRecord(arc.shard(), group(), 1, arc.range(), 1, 1, replicas(), null));
        }
        maps.add(new ShardMap(CLUSTER, 1, 3, records, List.of(server(1), server(2), server(3)), List.of(manager(1))));
        for (int i = 0; i < changes; i++) {
            maps.add(change(maps.get(maps.size() - 1)));
        }
    }

    public List<ShardMap> maps() {
        return maps;
    }

    private ShardMap change(ShardMap map) {
        List<ShardRecord> shards = new ArrayList<>(map.shards());
        List<ServerRecord> servers = new ArrayList<>(map.servers());
        List<ManagerRecord> managers = new ArrayList<>(map.managers());
        int at = random.nextInt(shards.size());
        ShardRecord shard = shards.get(at);
        switch (random.nextInt(7)) {
            case 0 -> split(shards, at);
            case 1 -> merge(shards, at);
            case 2 -> shards.set(at, record(shard, shard.incarnation(), shard.range(), shard.rangeEpoch(), 1));
            case 3 -> shards.set(at, record(shard, shard.incarnation() + 1, shard.range(), shard.rangeEpoch() + 1, 0));
            case 4 ->
                shards.set(at, shard.withLeaderHint(random.nextBoolean() ? serverId(1 + random.nextInt(5)) : null));
            case 5 -> toggle(servers, server(1 + random.nextInt(9)));
            default -> toggle(managers, manager(1 + random.nextInt(5)));
        }
        return new ShardMap(CLUSTER, map.ringEpoch() + 1, 3, shards, servers, managers);
    }

    private void split(List<ShardRecord> shards, int at) {
        ShardRecord parent = shards.get(at);
        Token end = parent.range().endInclusive();
        Token middle = new Token(random.nextLong());
        if (!parent.range().contains(middle) || middle.equals(end)) {
            return;
        }
        TokenRange lower = new TokenRange(parent.range().startExclusive(), middle);
        long rangeEpoch = parent.rangeEpoch() + 1;
        shards.set(at, record(parent, parent.incarnation(), new TokenRange(middle, end), rangeEpoch, 0));
        lastShard++;
        shards.add(new ShardRecord(new ShardId(lastShard), group(), 1, lower, rangeEpoch, 1, parent.replicas(), null));
    }

    /** The shard takes over the arc before its own. */
    private static void merge(List<ShardRecord> shards, int at) {
        if (shards.size() < 2) {
            return;
        }
        ShardRecord survivor = shards.get(at);
        ShardRecord absorbed = shards.get(at == 0 ? shards.size() - 1 : at - 1);
        TokenRange range = new TokenRange(
                absorbed.range().startExclusive(), survivor.range().endInclusive());
        long rangeEpoch = Math.max(survivor.rangeEpoch(), absorbed.rangeEpoch()) + 1;
        shards.set(at, record(survivor, survivor.incarnation(), range, rangeEpoch, 0));
        shards.remove(absorbed);
    }

    private static ShardRecord record(
            ShardRecord from, int incarnation, TokenRange range, long rangeEpoch, int moreReplicaEpochs) {
        return new ShardRecord(
                from.id(),
                from.group(),
                incarnation,
                range,
                rangeEpoch,
                from.replicaEpoch() + moreReplicaEpochs,
                from.replicas(),
                from.leaderHint());
    }

    private static <T> void toggle(List<T> records, T record) {
        if (!records.remove(record)) {
            records.add(record);
        }
    }

    private GroupId group() {
        return new GroupId(new UUID(random.nextLong() | 1, random.nextLong()));
    }

    private static List<ReplicaRecord> replicas() {
        return List.of(replica(1), replica(2), replica(3));
    }

    static ReplicaRecord replica(int server) {
        return new ReplicaRecord(serverId(server), ReplicaRole.VOTER);
    }

    static ServerId serverId(int number) {
        return new ServerId(number);
    }

    static ServerRecord server(int number) {
        return new ServerRecord(
                serverId(number),
                "s" + number,
                "h:1" + number,
                "h:2" + number,
                "h:3" + number,
                "",
                "",
                ServerState.ACTIVE);
    }

    static ManagerRecord manager(int number) {
        return new ManagerRecord(new ManagerId(number), "m" + number, "h:4" + number, "h:5" + number, "h:6" + number);
    }
}
