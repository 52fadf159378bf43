package io.ringkv.server.door;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.ExecuteRequest;
import io.ringkv.rpc.Hello;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.ProtocolRange;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.server.batch.BatchLimits;
import io.ringkv.server.batch.BatchMetrics;
import io.ringkv.server.batch.LogEntryWriter;
import io.ringkv.server.batch.ProcessTimer;
import io.ringkv.server.batch.ShardBatchers;
import io.ringkv.server.disk.DiskWatch;
import io.ringkv.server.disk.DiskWatermarks;
import io.ringkv.server.fake.FakeBarrier;
import io.ringkv.server.fake.FakeDisk;
import io.ringkv.server.fake.FakeReplica;
import io.ringkv.server.fake.FakeReplicaHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A real listener and a real connection, with a fake shard 1 behind the door. */
final class DoorHarness implements AutoCloseable {
    static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    static final ByteString CLIENT = ByteString.copyFromUtf8("client id 16 byt");
    static final DoorSettings SETTINGS =
            new DoorSettings(256 * 1024, 512 * 1024, 4 << 20, 8, 50, 5_000, 7, 20, 60_000, 10_000);

    final FakeReplicaHost host = new FakeReplicaHost();
    final FakeReplica replica = host.add(new FakeReplica(1, TokenRange.fullCircle()));
    final FakeBarrier barrier = new FakeBarrier();
    final AtomicReference<Freshness> freshness = new AtomicReference<>(Freshness.UNKNOWN);
    final AtomicReference<@Nullable ShardMap> shardMap = new AtomicReference<>();
    final AtomicReference<@Nullable ClusterId> cluster = new AtomicReference<>(CLUSTER);
    final FakeDisk space = new FakeDisk();
    final DiskWatch disk = DiskWatch.start(space, DiskWatermarks.of(90, 0));
    final KvService service;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventLoops loops = EventLoops.start(1, "test-loop");
    private final EventLoops clientLoops = EventLoops.start(1, "test-client");
    private final ProcessTimer timer = new ProcessTimer("test-timer");
    private final ExecutorService heavy = Executors.newSingleThreadExecutor();
    private final Server server;
    private final ManagedChannel channel;

    DoorHarness() throws IOException {
        this(SETTINGS);
    }

    DoorHarness(DoorSettings settings) throws IOException {
        NanoClock clock = NanoClock.system();
        BatchLimits limits = new BatchLimits(64, 512 * 1024, 400_000, 1_000, 2 << 20, 1 << 20);
        ShardBatchers batchers = new ShardBatchers(
                limits,
                new LogEntryWriter(FakeReplica.SELF, InstantSource.system()),
                clock,
                timer,
                new BatchMetrics(meters));
        service = KvService.of(new KvService.Parts(
                loops.group(),
                host,
                batchers,
                barrier,
                heavy,
                (replica, revision) -> Objects.requireNonNull(freshness.get()).freshAtNanos(replica, revision),
                shardMap::get,
                cluster::get,
                FakeReplica.SELF,
                "ringkv test",
                settings,
                new DoorMetrics(meters),
                clock,
                disk));
        service.setState(ServingState.SERVING);
        server = Channels.listener(new InetSocketAddress("localhost", 0), loops)
                .addService(service.bind())
                .build()
                .start();
        timer.runEvery(settings.heartbeatMillis(), service::tick);
        timer.runEvery(settings.sweepMillis(), service::sweep);
        channel = Channels.open(new HostPort("localhost", server.getPort()), clientLoops, clientLoops.group());
    }

    /** Runs the action on the event loop of the server, as the barrier does. */
    void onLoop(Runnable action) {
        loops.next().execute(action);
    }

    /** Memory that unanswered requests take. */
    double requestBytes() {
        return meters.get("ringkv_door_request_bytes").gauge().value();
    }

    int port() {
        return server.getPort();
    }

    /** A stream that has said hello and was let in. */
    TestStream stream() {
        TestStream stream = rawStream();
        stream.send(ClientFrame.newBuilder().setHello(hello()).build());
        stream.awaitWelcome();
        return stream;
    }

    /** A stream that has not said anything. */
    TestStream rawStream() {
        return new TestStream(KvGrpc.newStub(channel));
    }

    Reply execute(Request request) {
        return KvGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .execute(ExecuteRequest.newBuilder().setRequest(request).build())
                .getReply();
    }

    KvGrpc.KvBlockingStub blockingStub() {
        return KvGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    ManagedChannel channel() {
        return channel;
    }

    static Hello hello() {
        return Hello.newBuilder()
                .setClusterId(IdMessages.toBytes(CLUSTER))
                .setClientId(CLIENT)
                .setProtocol(ProtocolRange.newBuilder().setLowest(1).setHighest(1))
                .setServerId(FakeReplica.SELF.value())
                .setSoftware("test")
                .build();
    }

    static Request.Builder request(long id, OperationType type, MessageLite body) {
        return Request.newBuilder()
                .setId(id)
                .setShard(1)
                .setIncarnation(1)
                .setRangeEpoch(1)
                .setType(type)
                .setBody(body.toByteString())
                .setBudgetMillis(10_000);
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow();
        timer.close();
        heavy.shutdownNow();
        channel.awaitTermination(5, TimeUnit.SECONDS);
        server.awaitTermination(5, TimeUnit.SECONDS);
        clientLoops.close();
        loops.close();
    }
}
