package io.ringkv.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.CoordinationGrpc;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.ClusterServiceBase;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A manager as far as a server can tell: answers as told, remembers what it was asked. Both doors on one port. */
final class FakeManager implements AutoCloseable {

    final List<RegisterRequest> registrations = new CopyOnWriteArrayList<>();
    final List<HeartbeatRequest> heartbeats = new CopyOnWriteArrayList<>();
    final ConcurrentLinkedQueue<Instruction> instructions = new ConcurrentLinkedQueue<>();
    final ShardMapPublisher maps = new ShardMapPublisher();

    private final ClusterId cluster;
    private final ManagerId id;
    private final EventLoops loops;
    private final int port;
    private @Nullable Server server;
    private @Nullable ClusterService service;
    private volatile boolean leads = true;
    private volatile @Nullable FakeManager leader;
    private volatile @Nullable ErrorCode refusal;

    FakeManager(ClusterId cluster, int number, EventLoops loops) {
        this.cluster = cluster;
        this.id = new ManagerId(number);
        this.loops = loops;
        this.port = open(0);
    }

    private int open(int wantedPort) {
        ClusterService opened = new ClusterService();
        try {
            Server started = Channels.listener(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort), loops)
                    .addService(opened)
                    .addService(new Coordination())
                    .build()
                    .start();
            service = opened;
            server = started;
            return started.getPort();
        } catch (IOException e) {
            opened.close();
            throw new UncheckedIOException(e);
        }
    }

    /** The same address again. A closed listener leaves its port only when its event loop looks at it once more. */
    void restart() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (server == null) {
            try {
                open(port);
            } catch (UncheckedIOException e) {
                assertThat(System.nanoTime() - deadline)
                        .as("port %d is free", port)
                        .isNegative();
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** From now on this one does not lead. */
    void follow(@Nullable FakeManager other) {
        leads = false;
        leader = other;
    }

    void lead() {
        leads = true;
    }

    void refuse(@Nullable ErrorCode code) {
        refusal = code;
    }

    ManagerRecord record() {
        return new ManagerRecord(id, "m" + id.value(), address(), address(), "127.0.0.1:1");
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** The map that names these managers. */
    static ShardMap map(ClusterId cluster, long ringEpoch, FakeManager... managers) {
        List<ManagerRecord> records = new ArrayList<>();
        for (FakeManager manager : managers) {
            records.add(manager.record());
        }
        return new ShardMap(cluster, ringEpoch, 3, List.of(), List.of(), records);
    }

    @Override
    public void close() {
        if (service != null && server != null) {
            service.close();
            server.shutdownNow();
            try {
                assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            service = null;
            server = null;
        }
    }

    private final class ClusterService extends ClusterServiceBase {

        ClusterService() {
            super(
                    maps,
                    () -> ProcessIdentity.newBuilder()
                            .setClusterId(IdMessages.toBytes(cluster))
                            .build(),
                    loops.next());
        }

        @Override
        protected CompletionStage<ClusterStatus> status(GetStatusRequest request) {
            return CompletableFuture.completedFuture(ClusterStatus.newBuilder()
                    .setClusterId(IdMessages.toBytes(cluster))
                    .setComplete(true)
                    .build());
        }
    }

    private final class Coordination extends CoordinationGrpc.CoordinationImplBase {

        @Override
        public void register(RegisterRequest request, StreamObserver<RegisterReply> observer) {
            registrations.add(request);
            RegisterReply.Builder reply = RegisterReply.newBuilder();
            FakeManager other = leader;
            ErrorCode code = refusal;
            if (code != null) {
                reply.setRefusal(FailureStatus.toMessage(new RingKvException(code, "Refused")));
            } else if (!leads && other != null) {
                reply.setLeader(ShardMapMessages.toMessage(other.record()));
            } else {
                reply.setClusterId(IdMessages.toBytes(cluster))
                        .setServer(request.getServer().toBuilder().setLabel("s1"));
            }
            observer.onNext(reply.build());
            observer.onCompleted();
        }

        @Override
        public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> observer) {
            HeartbeatReply.Builder reply = HeartbeatReply.newBuilder().setManagerTerm(7);
            FakeManager other = leader;
            ErrorCode code = refusal;
            if (code != null) {
                reply.setRefusal(FailureStatus.toMessage(new RingKvException(code, "Refused")));
            } else if (!leads) {
                reply.setNotLeader(true);
                if (other != null) {
                    reply.setLeader(ShardMapMessages.toMessage(other.record()));
                }
            } else {
                heartbeats.add(request);
                Instruction instruction = instructions.poll();
                if (instruction != null) {
                    reply.addInstructions(instruction);
                }
            }
            observer.onNext(reply.build());
            observer.onCompleted();
        }
    }
}
