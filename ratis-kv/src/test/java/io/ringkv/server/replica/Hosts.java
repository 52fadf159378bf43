package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.raft.RaftDivision;
import io.ringkv.raft.RatisSettings;
import io.ringkv.raft.SnapshotSchedule;
import io.ringkv.rpc.CreateReplica;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.TokenRange;
import io.ringkv.rpc.TransferLeader;
import io.ringkv.rpc.VoterAddress;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.engine.EngineSettings;
import io.ringkv.server.engine.ReplicaEngines;
import io.ringkv.server.engine.ShardEngines;
import io.ringkv.server.engine.SnapshotPermit;
import io.ringkv.server.engine.StoredRecord;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** Several replica hosts in one process, numbered from 1, for tests. */
final class Hosts implements AutoCloseable {
    private final Path root;
    private final ConcurrentSkipListMap<Integer, RatisReplicaHost> hosts = new ConcurrentSkipListMap<>();
    private final TreeMap<Integer, Integer> ports = new TreeMap<>();
    final TreeMap<Integer, SimpleMeterRegistry> meters = new TreeMap<>();
    final List<String> incidents = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor background = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> new Thread(task, "test-snapshots"));
    ShardEngines engines = new ReplicaEngines(new ReplicaEngines.Services(
            new MapDbStoreProvider(MapDbOptions.DEFAULTS),
            background,
            new SnapshotPermit(),
            EngineSettings.DEFAULTS,
            "boot"));
    SnapshotSchedule schedule = SnapshotSchedule.DEFAULT;
    long snapshotBytesPerSecond = RatisSettings.DEFAULT_SNAPSHOT_BYTES_PER_SECOND;
    String bootId = "boot-1";
    private final AtomicLong sequence = new AtomicLong();

    Hosts(Path root) {
        this.root = root;
    }

    static ServerId id(int number) {
        return new ServerId(0x100 + number);
    }

    static GroupId group(int shard) {
        return new GroupId(new UUID(99, shard));
    }

    Path data(int number) {
        return root.resolve("s" + number);
    }

    RatisReplicaHost start(int number) {
        return start(number, DiskSteps.UNWATCHED);
    }

    RatisReplicaHost start(int number, DiskSteps steps) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        meters.put(number, registry);
        RatisReplicaHost host = RatisReplicaHost.start(
                new ReplicaHostConfig(
                        id(number),
                        data(number),
                        "127.0.0.1",
                        ports.getOrDefault(number, 0),
                        300,
                        600,
                        0,
                        schedule,
                        snapshotBytesPerSecond,
                        50,
                        engines,
                        NanoClock.system(),
                        InstantSource.system(),
                        () -> bootId,
                        (reason, cause) -> incidents.add(reason)),
                registry,
                steps);
        hosts.put(number, host);
        ports.put(number, host.port());
        return host;
    }

    void usePort(int number, int port) {
        ports.put(number, port);
    }

    void startAll(int count) {
        for (int number = 1; number <= count; number++) {
            start(number);
        }
    }

    RatisReplicaHost host(int number) {
        return Objects.requireNonNull(hosts.get(number), "host");
    }

    void stop(int number) {
        Objects.requireNonNull(hosts.remove(number), "host").close();
    }

    void kill(int number) {
        Objects.requireNonNull(hosts.remove(number), "host").closeAbruptly();
    }

    Instruction creation(int shard, int... voters) {
        CreateReplica.Builder create = CreateReplica.newBuilder()
                .setRange(TokenRange.newBuilder().setStartExclusive(-1).setEndInclusive(-1))
                .setRangeEpoch(1)
                .setLevel(1);
        for (int voter : voters) {
            create.addVoters(address(voter));
        }
        return instruction(shard, 1).setCreate(create).build();
    }

    static Instruction transfer(int shard, long replicaEpoch, int target) {
        return instruction(shard, replicaEpoch)
                .setTransferLeader(
                        TransferLeader.newBuilder().setTarget(id(target).value()))
                .build();
    }

    VoterAddress address(int number) {
        return VoterAddress.newBuilder()
                .setServerId(id(number).value())
                .setRaftAddress("127.0.0.1:" + ports.get(number))
                .build();
    }

    /** Number of the host with this id. */
    static int numberOf(long id) {
        return (int) (id - 0x100);
    }

    boolean isUp(int number) {
        return hosts.containsKey(number);
    }

    static Instruction.Builder instruction(int shard, long replicaEpoch) {
        return Instruction.newBuilder()
                .setShard(shard)
                .setGroupId(IdMessages.toBytes(group(shard)))
                .setIncarnation(1)
                .setReplicaEpoch(replicaEpoch);
    }

    /** Creates a shard on these hosts and waits until it can be used. */
    ShardReplica create(int shard, int... voters) {
        Instruction creation = creation(shard, voters);
        for (int voter : voters) {
            host(voter).obey(1, creation);
        }
        return awaitLeader(shard);
    }

    @Nullable
    ShardReplica replica(int number, int shard) {
        RatisReplicaHost host = hosts.get(number);
        return host == null ? null : host.replica(new ShardId(shard));
    }

    ReplicaReport report(int number, int shard) {
        return host(number).reports().stream()
                .filter(report -> report.getShard() == shard)
                .findFirst()
                .orElseGet(ReplicaReport::getDefaultInstance);
    }

    /** Waits for a leader of the shard that has applied its first entry. */
    ShardReplica awaitLeader(int shard) {
        ShardReplica[] leader = new ShardReplica[1];
        await("a leader of shard " + shard, () -> {
            for (RatisReplicaHost host : hosts.values()) {
                ShardReplica replica = host.replica(new ShardId(shard));
                if (replica != null && replica.serving() && metaIsThere(replica)) {
                    leader[0] = replica;
                    return true;
                }
            }
            return false;
        });
        return leader[0];
    }

    private static boolean metaIsThere(ShardReplica replica) {
        try {
            return replica.reader().meta() != null;
        } catch (EngineClosedException e) {
            return false;
        }
    }

    int numberOf(ShardReplica replica) {
        return hosts.entrySet().stream()
                .filter(entry -> entry.getValue().replica(replica.shard()) == replica)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** Puts through whoever leads; tries again while that changes. */
    void put(int shard, String key, String value) {
        await(key + " to be put", () -> {
            try {
                get(awaitLeader(shard).submit(entry(shard, key, value)));
                return true;
            } catch (RuntimeException e) {
                return false;
            }
        });
    }

    byte[] entry(int shard, String key, String value) {
        return entry(shard, key, value, 0);
    }

    byte[] entry(int shard, String key, String value, long shardTimeMillis) {
        byte[] body = PutOp.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build()
                .toByteArray();
        return entry(shard, LogOperationType.PUT, body, shardTimeMillis);
    }

    /** Adds one to a counter; however often it is submitted, it counts once. */
    byte[] increment(int shard, String key) {
        byte[] body = IncrementOp.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setDelta(1)
                .build()
                .toByteArray();
        return entry(shard, LogOperationType.INCREMENT, body, 0);
    }

    private byte[] entry(int shard, LogOperationType type, byte[] body, long shardTimeMillis) {
        EntryEncoder encoder = new EntryEncoder();
        encoder.addOpening(type, 1, sequence.incrementAndGet(), 0, 1, 1, body, 0, body.length);
        return encoder.finish(new EntryHeader(1, shard, 1, 1, shardTimeMillis, 0, 0));
    }

    /** The value on this host, or null. */
    @Nullable
    String read(int number, int shard, String key) {
        ShardReplica replica = replica(number, shard);
        if (replica == null) {
            return null;
        }
        try {
            StoredRecord found = replica.reader().get(key.getBytes(StandardCharsets.UTF_8));
            return found == null ? null : new String(found.value(), StandardCharsets.UTF_8);
        } catch (EngineClosedException e) {
            return null;
        }
    }

    void awaitValue(int number, int shard, String key, String value) {
        await(key + " on " + number, () -> value.equals(read(number, shard, key)));
    }

    /** Makes a division close, as Ratis does on an error it cannot handle. */
    void closeDivision(int number, int shard) {
        HostedReplica replica = (HostedReplica) Objects.requireNonNull(replica(number, shard), "replica");
        try {
            Field field = RaftDivision.class.getDeclaredField("division");
            field.setAccessible(true);
            ((RaftServer.Division) field.get(replica.raftDivision())).close();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("RaftDivision has changed", e);
        }
    }

    double count(int number, String meter) {
        return Objects.requireNonNull(meters.get(number), "meters")
                .counter(meter)
                .count();
    }

    /** Bytes of snapshots that this host has sent. */
    double snapshotBytesSent(int number) {
        return Objects.requireNonNull(meters.get(number), "meters")
                .get("ringkv_snapshot_sent_bytes_total")
                .functionCounter()
                .count();
    }

    List<ShardReplica> replicasOf(int shard) {
        List<ShardReplica> found = new ArrayList<>();
        for (RatisReplicaHost host : hosts.values()) {
            ShardReplica replica = host.replica(new ShardId(shard));
            if (replica != null) {
                found.add(replica);
            }
        }
        return found;
    }

    static EntryOutcome get(CompletionStage<EntryOutcome> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("waited 30 s for " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Stops all that run, in good order. */
    void stopAll() {
        endAll(RatisReplicaHost::close);
    }

    /** Kills all that run. */
    void killAll() {
        endAll(RatisReplicaHost::closeAbruptly);
    }

    /** All at once: Ratis waits up to 3 s for each server's connections to the others. */
    private void endAll(Consumer<RatisReplicaHost> end) {
        List<CompletableFuture<Void>> ending = hosts.values().stream()
                .map(host -> CompletableFuture.runAsync(() -> end.accept(host), task -> new Thread(task).start()))
                .toList();
        ending.forEach(CompletableFuture::join);
        hosts.clear();
    }

    @Override
    public void close() {
        stopAll();
        background.shutdown();
    }
}
