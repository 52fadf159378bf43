package io.ringkv.testing.barrier;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.util.MutableHandlerRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.process.BootIdSource;
import io.ringkv.raft.RatisSettings;
import io.ringkv.raft.SnapshotSchedule;
import io.ringkv.rpc.ExecuteReply;
import io.ringkv.rpc.ExecuteRequest;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.server.barrier.GrpcPeerConfirmations;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.barrier.TermBarrier;
import io.ringkv.server.barrier.TermConfirmationService;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.engine.EngineSettings;
import io.ringkv.server.engine.ReplicaEngines;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.engine.SnapshotPermit;
import io.ringkv.server.engine.StoredRecord;
import io.ringkv.server.replica.RatisReplicaHost;
import io.ringkv.server.replica.ReplicaHostConfig;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One server of {@link ShardServers}: real replicas, the real barrier, and real connections between barriers. */
final class ShardServer implements AutoCloseable {
    /** The shard that all attacks are about. */
    static final ShardId SHARD = new ShardId(1);

    private static final String HOST = "127.0.0.1";
    private static final long CALL_SECONDS = 25;
    /** What a read of a key finds that was never written. */
    static final String VALUE_NEVER_WRITTEN = "";

    /** An answer to a read: a value, or the reason of a refusal. */
    record Answer(@Nullable String value, @Nullable ErrorCode refusal) {}

    private final ServerId id;
    private final Path directory;
    private final int[] electionTimeoutMillis;
    private final ExecutorService background;
    private final GrpcPeerConfirmations network;
    private final CuttablePeers peers;
    private final TermBarrier barrier;
    private final MutableHandlerRegistry doors = new MutableHandlerRegistry();
    private final Server listener;
    private final ManagedChannel client;
    private final Supplier<ShardDoor> newDoor;
    private volatile @Nullable RatisReplicaHost host;
    private @Nullable ShardDoor door;
    private @Nullable ServerServiceDefinition offered;
    private int raftPort;

    /**
     * Starts one.
     *
     * @param electionTimeoutMillis lower and upper bound
     * @param addresses peer addresses of all servers
     */
    ShardServer(
            ServerId id,
            Path directory,
            int[] electionTimeoutMillis,
            BarrierSettings settings,
            ClusterId cluster,
            EventLoops loops,
            ExecutorService background,
            Function<ServerId, @Nullable HostPort> addresses)
            throws IOException {
        this.id = id;
        this.directory = directory;
        this.electionTimeoutMillis = electionTimeoutMillis;
        this.background = background;
        EventLoop loop = loops.next();
        network = new GrpcPeerConfirmations(loops, loop, addresses);
        peers = new CuttablePeers(network, loop);
        ByteString clusterBytes = IdMessages.toBytes(cluster);
        barrier = new TermBarrier(
                () -> clusterBytes, id, loop, peers, NanoClock.system(), settings, new SimpleMeterRegistry());
        listener = Channels.listener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
                .addService(new TermConfirmationService(() -> clusterBytes, id, this::replica, asking -> {}))
                .fallbackHandlerRegistry(doors)
                .build()
                .start();
        client = Channels.open(address(), loops, loop);
        newDoor = () -> new ShardDoor(id, cluster, replicas(), barrier, loops, loop);
        startReplicas();
    }

    /** Starts the replicas again that were killed. */
    void startReplicas() {
        ReplicaEngines engines = new ReplicaEngines(new ReplicaEngines.Services(
                new MapDbStoreProvider(MapDbOptions.DEFAULTS),
                background,
                new SnapshotPermit(),
                EngineSettings.DEFAULTS,
                BootIdSource.system().bootId()));
        RatisReplicaHost started = RatisReplicaHost.start(
                new ReplicaHostConfig(
                        id,
                        directory,
                        HOST,
                        raftPort,
                        electionTimeoutMillis[0],
                        electionTimeoutMillis[1],
                        0,
                        SnapshotSchedule.DEFAULT,
                        RatisSettings.DEFAULT_SNAPSHOT_BYTES_PER_SECOND,
                        50,
                        engines,
                        NanoClock.system(),
                        InstantSource.system(),
                        BootIdSource.system(),
                        (reason, cause) -> {
                            throw new AssertionError(reason, cause);
                        }),
                new SimpleMeterRegistry());
        raftPort = started.port();
        host = started;
        door = newDoor.get();
        offered = door.definition();
        doors.addService(offered);
    }

    /** Ends the replicas and their door as a killed process does; barrier and peer door stay. */
    void killReplicas() {
        RatisReplicaHost present = host;
        closeDoor();
        host = null;
        if (present != null) {
            present.closeAbruptly();
        }
    }

    private void closeDoor() {
        if (offered != null) {
            doors.removeService(offered);
            offered = null;
        }
        if (door != null) {
            door.close();
            door = null;
        }
    }

    ServerId id() {
        return id;
    }

    String raftAddress() {
        return HOST + ":" + raftPort;
    }

    /** Of the doors for peers and clients. */
    HostPort address() {
        return new HostPort(HOST, listener.getPort());
    }

    CuttablePeers peers() {
        return peers;
    }

    RatisReplicaHost replicas() {
        RatisReplicaHost present = host;
        if (present == null) {
            throw new IllegalStateException(id + " was killed.");
        }
        return present;
    }

    private @Nullable ShardReplica replica(GroupId group) {
        RatisReplicaHost present = host;
        return present == null ? null : present.replica(group);
    }

    /** Its replica of the shard; null while it has none. */
    @Nullable
    ShardReplica replica() {
        RatisReplicaHost present = host;
        return present == null ? null : present.replica(SHARD);
    }

    /** Believes to lead, and to be ready for it. */
    boolean leads() {
        ShardReplica replica = replica();
        return replica != null && replica.serving();
    }

    boolean isRunning() {
        ShardReplica replica = replica();
        return replica != null && replica.division().running();
    }

    long term() {
        ShardReplica replica = replica();
        return replica == null ? 0 : replica.division().term();
    }

    /** A read without the barrier: whoever believes to lead answers. The control in all attacks. */
    Answer readUnconfirmed(String key) {
        ShardReplica replica = replica();
        return replica == null || !replica.serving()
                ? new Answer(null, ErrorCode.NOT_LEADER)
                : readNow(replica.reader(), key);
    }

    /** What the replica here has applied, whoever leads; null while there is none. */
    @Nullable
    String readHere(String key) {
        ShardReplica replica = replica();
        return replica == null ? null : readNow(replica.reader(), key).value();
    }

    /** A read behind the barrier. */
    CompletableFuture<Answer> read(String key) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        ShardReplica replica = replica();
        if (replica == null) {
            answer.complete(new Answer(null, ErrorCode.STARTING));
            return answer;
        }
        ShardReader reader = replica.reader();
        barrier.confirm(replica, new ReadBarrier.Waiter() {
            @Override
            public void serve() {
                answer.complete(readNow(reader, key));
            }

            @Override
            public void refuse(ErrorCode code, @Nullable ServerId leader) {
                answer.complete(new Answer(null, code));
            }
        });
        return answer;
    }

    /** A request at the door for clients. A call that fails, since the server is down, is answered UNAVAILABLE. */
    CompletableFuture<Reply> execute(Request request) {
        KvGrpc.KvStub stub = KvGrpc.newStub(client).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
        CompletableFuture<ExecuteReply> reply = Unary.call(
                stub::execute, ExecuteRequest.newBuilder().setRequest(request).build());
        return reply.thenApply(ExecuteReply::getReply)
                .exceptionally(down -> Reply.newBuilder()
                        .setCode(ErrorCode.UNAVAILABLE.number())
                        .setMessage(String.valueOf(down))
                        .build());
    }

    private static Answer readNow(ShardReader reader, String key) {
        try {
            StoredRecord found = reader.get(key.getBytes(StandardCharsets.UTF_8));
            return new Answer(
                    found == null ? VALUE_NEVER_WRITTEN : new String(found.value(), StandardCharsets.UTF_8), null);
        } catch (EngineClosedException e) {
            return new Answer(null, ErrorCode.REPLICA_FAILED);
        }
    }

    @Override
    public void close() {
        barrier.close();
        network.close();
        client.shutdownNow();
        closeDoor();
        RatisReplicaHost present = host;
        if (present != null) {
            present.close();
        }
        listener.shutdownNow();
    }

    @Override
    public String toString() {
        ShardReplica replica = replica();
        return id + ": " + (replica == null ? "no replica" : replica.division()) + ", " + peers;
    }
}
