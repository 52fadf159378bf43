package io.ringkv.client.fake;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ServerFrame;
import io.ringkv.rpc.Welcome;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.ClusterServiceBase;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.KvMethods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One server of a {@link FakeCluster}, on a real port. */
public final class FakeServer implements AutoCloseable {

    private final ServerId id;
    private final FakeCluster cluster;
    private final EventLoops loops = EventLoops.start(1, "fake-server");
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicInteger streamsOpened = new AtomicInteger();
    private final AtomicInteger unansweredBytesMost = new AtomicInteger();
    private final StatusService clusterService;
    private volatile Reaction.Script script = request -> Reaction.SERVE;
    private volatile boolean silent;
    private volatile boolean namesLeader = true;
    private volatile int creditBytes = 1 << 20;
    private volatile ClusterId welcomeCluster;
    private volatile ServerId welcomeServer;
    private @Nullable Server server;
    private int port;

    FakeServer(ServerId id, FakeCluster cluster) {
        this.id = id;
        this.cluster = cluster;
        this.welcomeCluster = cluster.id();
        this.welcomeServer = id;
        this.clusterService = new StatusService();
        start();
    }

    /** Starts listening, on the same port as before if there was one, as soon as the system lets go of it. */
    public void start() {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (server == null) {
            try {
                server = listen();
            } catch (IOException e) {
                if (System.nanoTime() - endNanos > 0) {
                    throw new UncheckedIOException("cannot listen on port " + port, e);
                }
            }
        }
    }

    private Server listen() throws IOException {
        Server started = Channels.listener(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), loops)
                .addService(KvMethods.bind(new KvService()))
                .addService(clusterService)
                .build()
                .start();
        port = started.getPort();
        return started;
    }

    /** Stops listening and breaks all connections. */
    public void stop() {
        Server running = server;
        if (running != null) {
            running.shutdownNow();
            try {
                running.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            server = null;
        }
    }

    public ServerId id() {
        return id;
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    /** What it does with requests from now on. */
    public void script(Reaction.Script newScript) {
        script = newScript;
    }

    /** From now on it neither answers nor gives signs of life, as if it were stopped; its connections stay. */
    public void setSilent(boolean value) {
        silent = value;
    }

    /** Whether its refusals name the leader. */
    public void setNamesLeader(boolean value) {
        namesLeader = value;
    }

    /** Whom it says it is, on connections made from now on. */
    public void setClaims(ClusterId claimedCluster, ServerId claimedServer) {
        welcomeCluster = claimedCluster;
        welcomeServer = claimedServer;
    }

    /** Credit of connections made from now on. */
    public void setCreditBytes(int bytes) {
        creditBytes = bytes;
    }

    /** All requests that arrived, in order. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Number of frames with requests that arrived. */
    public int frames() {
        return frames.get();
    }

    /** Number of pings that arrived. */
    public int pings() {
        return pings.get();
    }

    public int streamsOpened() {
        return streamsOpened.get();
    }

    /** Most bytes of requests that were unanswered at a time on one stream. */
    public int unansweredBytesMost() {
        return unansweredBytesMost.get();
    }

    /** Forgets what arrived so far. */
    public void resetCounts() {
        requests.clear();
        frames.set(0);
    }

    @Override
    public void close() {
        stop();
        clusterService.close();
        loops.close();
    }

    private Reply react(Request request) {
        FakeShard shard = cluster.shard(request.getShard());
        if (shard == null) {
            return refuse(ErrorCode.UNKNOWN_SHARD).build();
        }
        ServerId leader = shard.leader();
        if (FakeShard.needsLeader(request) && !id.equals(leader)) {
            Reply.Builder reply = refuse(ErrorCode.NOT_LEADER);
            if (leader != null && namesLeader) {
                reply.setLeaderHint(leader.value());
            }
            return reply.build();
        }
        return shard.apply(request);
    }

    /** A refusal before proposal. */
    public static Reply.Builder refuse(ErrorCode code) {
        return FakeShard.refusal(code).setNotProposed(true);
    }

    private final class KvService implements KvGrpc.AsyncService {

        @Override
        public StreamObserver<ClientFrame> stream(StreamObserver<ServerFrame> replies) {
            streamsOpened.incrementAndGet();
            Stream stream = new Stream((ServerCallStreamObserver<ServerFrame>) replies);
            streams.add(stream);
            return stream;
        }
    }

    /** One batch stream, on the server's event loop. */
    private final class Stream implements StreamObserver<ClientFrame> {

        private final ServerCallStreamObserver<ServerFrame> replies;
        private ServerFrame.Builder out = ServerFrame.newBuilder();
        private boolean flushPlanned;
        private int unansweredBytes;

        Stream(ServerCallStreamObserver<ServerFrame> replies) {
            this.replies = replies;
            replies.setOnCancelHandler(() -> streams.remove(this));
        }

        @Override
        public void onNext(ClientFrame frame) {
            if (frame.getRequestsCount() > 0) {
                frames.incrementAndGet();
            }
            requests.addAll(frame.getRequestsList());
            frame.getRequestsList().forEach(request -> count(request.getSerializedSize()));
            if (silent) {
                return;
            }
            if (frame.hasHello()) {
                out.setWelcome(Welcome.newBuilder()
                        .setClusterId(IdMessages.toBytes(welcomeCluster))
                        .setServerId(welcomeServer.value())
                        .setProtocol(1)
                        .setCreditBytes(creditBytes)
                        .setHeartbeatMillis(300)
                        .setRingEpoch(cluster.ringEpoch()));
                flushLater();
            }
            if (frame.getPing() != 0) {
                pings.incrementAndGet();
                out.setPong(frame.getPing());
                flushLater();
            }
            frame.getRequestsList().forEach(this::handle);
        }

        private void count(int bytes) {
            unansweredBytes += bytes;
            unansweredBytesMost.accumulateAndGet(unansweredBytes, Math::max);
        }

        private void handle(Request request) {
            Reaction reaction = script.on(request);
            if (reaction.delayMillis() == 0) {
                carryOut(reaction, request);
            } else {
                Future<?> unused = loops.group()
                        .schedule(() -> carryOut(reaction, request), reaction.delayMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private void carryOut(Reaction reaction, Request request) {
            Reply reply = reaction.apply() ? react(request) : reaction.reply();
            if (reaction.answer() && reply != null) {
                count(-request.getSerializedSize());
                out.addReplies(reply.toBuilder().setId(request.getId()));
                flushLater();
            }
            if (reaction.breakStream() && streams.remove(this)) {
                replies.onError(
                        Status.UNAVAILABLE.withDescription("broken on purpose").asRuntimeException());
            }
        }

        private void flushLater() {
            if (!flushPlanned) {
                flushPlanned = true;
                loops.group().execute(this::flush);
            }
        }

        private void flush() {
            flushPlanned = false;
            ServerFrame frame = out.build();
            out = ServerFrame.newBuilder();
            if (streams.contains(this) && !silent) {
                replies.onNext(frame);
            }
        }

        @Override
        public void onError(Throwable failure) {
            streams.remove(this);
        }

        @Override
        public void onCompleted() {
            streams.remove(this);
        }
    }

    private final class StatusService extends ClusterServiceBase {

        StatusService() {
            super(cluster.publisher(), FakeServer.this::identity, loops.group());
        }

        @Override
        protected CompletionStage<ClusterStatus> status(GetStatusRequest request) {
            if (silent) {
                return new CompletableFuture<>();
            }
            return CompletableFuture.completedFuture(ClusterStatus.newBuilder()
                    .setClusterId(IdMessages.toBytes(cluster.id()))
                    .setRingEpoch(cluster.ringEpoch())
                    .setComplete(true)
                    .build());
        }
    }

    private ProcessIdentity identity() {
        return ProcessIdentity.newBuilder()
                .setClusterId(IdMessages.toBytes(cluster.id()))
                .setVersion("fake")
                .build();
    }
}
