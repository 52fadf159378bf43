package io.ringkv.client.fake;

import io.ringkv.client.Bytes;
import io.ringkv.client.ClientOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.Ring;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Servers on real ports over shards that all of them share; leaders are named, not elected. */
public final class FakeCluster implements AutoCloseable {

    private final ClusterId id = new ClusterId(new UUID(7, 7));
    private final ShardMapPublisher publisher = new ShardMapPublisher();
    private final List<FakeServer> servers = new ArrayList<>();
    private final Map<Integer, FakeShard> shards = new TreeMap<>();

    /** Starts servers; the leaders of the shards are spread over them. */
    public static FakeCluster start(int serverCount, int shardCount) {
        FakeCluster cluster = new FakeCluster();
        for (int i = 1; i <= serverCount; i++) {
            cluster.servers.add(new FakeServer(new ServerId(i), cluster));
        }
        List<ReplicaRecord> replicas = cluster.servers.stream()
                .map(server -> new ReplicaRecord(server.id(), ReplicaRole.VOTER))
                .toList();
        for (Ring.Arc arc : Ring.equalArcs(shardCount).arcs()) {
            ServerId leader = new ServerId(1 + (arc.shard().value() - 1) % serverCount);
            ShardRecord record = new ShardRecord(
                    arc.shard(), new GroupId(new UUID(3, arc.shard().value())), 1, arc.range(), 1, 1, replicas, leader);
            cluster.shards.put(arc.shard().value(), new FakeShard(record));
        }
        cluster.publish(1);
        return cluster;
    }

    /** Publishes the records of all shards, with the leaders they name, under this ring epoch. */
    public void publish(long ringEpoch) {
        publisher.publish(new ShardMap(
                id,
                ringEpoch,
                servers.size(),
                shards.values().stream().map(FakeShard::record).toList(),
                servers.stream().map(FakeCluster::recordOf).toList(),
                List.of()));
    }

    private static ServerRecord recordOf(FakeServer server) {
        return new ServerRecord(
                server.id(),
                "s" + server.id().value(),
                server.address(),
                server.address(),
                server.address(),
                "",
                "",
                ServerState.ACTIVE);
    }

    public ClusterId id() {
        return id;
    }

    ShardMapPublisher publisher() {
        return publisher;
    }

    long ringEpoch() {
        return publisher.current().map(ShardMap::ringEpoch).orElse(0L);
    }

    @Nullable
    FakeShard shard(int number) {
        return shards.get(number);
    }

    /** The shard of a key. */
    public FakeShard shardOf(Bytes key) {
        ShardMap map = publisher.current().orElseThrow();
        ShardRecord record = Objects.requireNonNull(map.shardFor(KeyHash.token(key.toByteArray())), "shard");
        return Objects.requireNonNull(shards.get(record.id().value()), "shard");
    }

    public List<FakeShard> shards() {
        return List.copyOf(shards.values());
    }

    public FakeServer server(int number) {
        return servers.get(number - 1);
    }

    public List<FakeServer> servers() {
        return List.copyOf(servers);
    }

    /** The server that leads the shard of a key. */
    public FakeServer leaderOf(Bytes key) {
        ServerId leader = Objects.requireNonNull(shardOf(key).leader(), "leader");
        return server((int) leader.value());
    }

    /** A server that does not lead the shard of a key. */
    public FakeServer followerOf(Bytes key) {
        ServerId leader = shardOf(key).leader();
        return servers.stream()
                .filter(server -> !server.id().equals(leader))
                .findFirst()
                .orElseThrow();
    }

    /** Number of a shard, for publishing hints. */
    public void publishLeader(ShardId shard, ServerId leader, long term) {
        publisher.leaderHeard(shard, leader, term);
    }

    public String endpoints() {
        return servers.stream().map(FakeServer::address).collect(Collectors.joining(","));
    }

    /** A client of all servers. */
    public RingKvClient connect() {
        return RingKvClient.connect(ClientOptions.of(endpoints()));
    }

    @Override
    public void close() {
        servers.forEach(FakeServer::close);
    }
}
