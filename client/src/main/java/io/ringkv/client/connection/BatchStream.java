package io.ringkv.client.connection;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.Hello;
import io.ringkv.rpc.ProtocolRange;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ServerFrame;
import io.ringkv.rpc.Welcome;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.KvMethods;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One batch stream to a server, from its hello to its end. Attempts wait in a queue until the server's welcome, its credit
 * and the transport let them leave; {@link #flush} sends all that may, in as few frames as possible.
 *
 * <p>All on the event loop, where the transport's callbacks are brought if they come from elsewhere.
 */
final class BatchStream {

    static final int PROTOCOL = 1;

    /** Bytes of a request beside its own: tag and length in the frame. */
    private static final int REQUEST_OVERHEAD_BYTES = 8;

    private static final int LEAST_CREDIT_BYTES = 64 << 10;

    /** Who is told of the life of a stream. */
    interface Owner {

        /** The server welcomed the client. */
        void opened(BatchStream stream, long ringEpoch);

        /** The server has a newer shard map. */
        void ringEpochHeard(BatchStream stream, long ringEpoch);

        /** The stream is over; its attempts are told after this. */
        void ended(BatchStream stream, RingKvException reason);
    }

    private final ServerId server;
    private final StreamSettings settings;
    private final NanoClock clock;
    private final Owner owner;
    private final ConnectionMetrics metrics;
    private final ClientCall<ClientFrame, ServerFrame> call;
    private final Deque<Attempt> queue = new ArrayDeque<>();
    private final AttemptTable unanswered = new AttemptTable();
    private final Silence silence;
    private boolean welcomed;
    private boolean ended;
    private long creditBytes;
    private long unansweredBytes;
    private long heartbeatNanos;
    private long sentAtNanos;
    private long pings;

    private BatchStream(
            ManagedChannel channel,
            ServerId server,
            StreamSettings settings,
            NanoClock clock,
            Owner owner,
            ConnectionMetrics metrics) {
        this.server = server;
        this.settings = settings;
        this.clock = clock;
        this.owner = owner;
        this.metrics = metrics;
        this.call = channel.newCall(KvMethods.stream(), CallOptions.DEFAULT);
        this.heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(settings.heartbeatMillis());
        this.silence = new Silence(TimeUnit.MILLISECONDS.toNanos(settings.tickMillis()), clock.nanos());
        this.sentAtNanos = clock.nanos();
    }

    /**
     * Opens a stream.
     *
     * @param cluster cluster the server must belong to
     * @param loop runs what the transport reports from other threads
     */
    static BatchStream open(
            ManagedChannel channel,
            ClusterId cluster,
            ServerId server,
            StreamSettings settings,
            NanoClock clock,
            Executor loop,
            Owner owner,
            ConnectionMetrics metrics) {
        BatchStream stream = new BatchStream(channel, server, settings, clock, owner, metrics);
        stream.call.start(stream.new Listener(loop, cluster), new Metadata());
        stream.call.sendMessage(ClientFrame.newBuilder()
                .setHello(Hello.newBuilder()
                        .setClusterId(IdMessages.toBytes(cluster))
                        .setClientId(IdMessages.toBytes(settings.client()))
                        .setProtocol(
                                ProtocolRange.newBuilder().setLowest(PROTOCOL).setHighest(PROTOCOL))
                        .setSoftware(settings.software())
                        .setServerId(server.value()))
                .build());
        stream.call.request(1);
        return stream;
    }

    /** Queues an attempt; {@link #flush} sends it. */
    void enqueue(Attempt attempt) {
        if (ended) {
            attempt.lost(false, "The connection to " + server + " ended");
        } else {
            queue.addLast(attempt);
        }
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether nothing is queued or unanswered. */
    boolean isIdle() {
        return queue.isEmpty() && unanswered.size() == 0;
    }

    /** Sends what may leave now. */
    void flush() {
        while (welcomed && !ended && !queue.isEmpty() && call.isReady() && sendFrame()) {
            // Another frame, as long as there is something to put into it.
        }
    }

    private boolean sendFrame() {
        ClientFrame.Builder frame = ClientFrame.newBuilder();
        long now = clock.nanos();
        int requests = 0;
        long bytes = 0;
        while (requests < Limits.MAX_FRAME_REQUESTS && bytes < settings.frameBytes()) {
            Attempt attempt = queue.peekFirst();
            if (attempt == null) {
                break;
            }
            if (!attempt.isWanted()) {
                queue.removeFirst();
                continue;
            }
            // Whatever the credit, one request may be under way, or a large one would wait for ever.
            if (unansweredBytes > 0 && unansweredBytes + attempt.bodyBytes() > creditBytes) {
                break;
            }
            queue.removeFirst();
            unanswered.add(attempt);
            Request request = attempt.toRequest(attempt.id, now);
            attempt.creditBytes = request.getSerializedSize() + REQUEST_OVERHEAD_BYTES;
            unansweredBytes += attempt.creditBytes;
            frame.addRequests(request);
            bytes += attempt.creditBytes;
            requests++;
        }
        if (requests == 0) {
            return false;
        }
        metrics.frameSent(requests);
        sentAtNanos = now;
        call.sendMessage(frame.build());
        return true;
    }

    /** Keeps the stream alive and notices when the other side is not. */
    void tick(long nowNanos) {
        if (ended) {
            return;
        }
        if (silence.count(nowNanos) >= TimeUnit.MILLISECONDS.toNanos(settings.silenceMillisMax())) {
            end(new RingKvException(
                    ErrorCode.CONNECTION_LOST,
                    "Nothing was heard of server " + server + " for " + settings.silenceMillisMax() + " ms"));
            return;
        }
        // What nobody waits for any more must not pile up behind a server that takes nothing.
        queue.removeIf(attempt -> !attempt.isWanted());
        if (welcomed && nowNanos - sentAtNanos >= heartbeatNanos && call.isReady()) {
            sentAtNanos = nowNanos;
            call.sendMessage(ClientFrame.newBuilder().setPing(++pings).build());
        }
    }

    /** Ends the stream; every attempt on it is told. */
    void end(RingKvException reason) {
        if (ended) {
            return;
        }
        ended = true;
        call.cancel(reason.getMessage(), null);
        // First, so that what is tried again at once goes elsewhere.
        owner.ended(this, reason);
        String text = String.valueOf(reason.getMessage());
        for (Attempt attempt : unanswered.removeAll()) {
            attempt.lost(true, text);
        }
        for (Attempt attempt = queue.pollFirst(); attempt != null; attempt = queue.pollFirst()) {
            if (attempt.isWanted()) {
                attempt.lost(false, text);
            }
        }
    }

    private void received(ServerFrame frame, ClusterId cluster) {
        if (ended) {
            return;
        }
        silence.heard();
        if (frame.hasFailure()) {
            end(FailureStatus.fromMessage(frame.getFailure()));
            return;
        }
        if (frame.hasWelcome()) {
            welcome(frame.getWelcome(), cluster);
        }
        for (Reply reply : frame.getRepliesList()) {
            Attempt attempt = unanswered.remove(reply.getId());
            if (attempt != null) {
                unansweredBytes -= attempt.creditBytes;
                attempt.answered(reply);
            }
        }
        if (ended) {
            return;
        }
        if (frame.getRingEpoch() != 0) {
            owner.ringEpochHeard(this, frame.getRingEpoch());
        }
        call.request(1);
        flush();
    }

    private void welcome(Welcome welcome, ClusterId cluster) {
        if (!welcome.getClusterId().equals(IdMessages.toBytes(cluster))) {
            end(new RingKvException(
                    ErrorCode.WRONG_CLUSTER, "The server that answers for " + server + " is of another cluster"));
            return;
        }
        if (welcome.getServerId() != server.value()) {
            end(new RingKvException(
                    ErrorCode.WRONG_SERVER,
                    "Server " + new ServerId(welcome.getServerId()) + " answers where " + server + " was"));
            return;
        }
        welcomed = true;
        creditBytes = Math.max(LEAST_CREDIT_BYTES, Integer.toUnsignedLong(welcome.getCreditBytes()));
        if (welcome.getHeartbeatMillis() > 0) {
            heartbeatNanos =
                    TimeUnit.MILLISECONDS.toNanos(Math.min(welcome.getHeartbeatMillis(), settings.heartbeatMillis()));
        }
        owner.opened(this, welcome.getRingEpoch());
    }

    /** Brings the transport's callbacks to the loop; almost always they are there already. */
    private final class Listener extends ClientCall.Listener<ServerFrame> {

        private final Executor loop;
        private final ClusterId cluster;

        Listener(Executor loop, ClusterId cluster) {
            this.loop = loop;
            this.cluster = cluster;
        }

        @Override
        public void onMessage(ServerFrame frame) {
            loop.execute(() -> received(frame, cluster));
        }

        @Override
        public void onReady() {
            loop.execute(BatchStream.this::flush);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            RingKvException cause = FailureStatus.fromStatus(status, trailers);
            loop.execute(() -> end(
                    new RingKvException(ErrorCode.CONNECTION_LOST, "The connection to " + server + " ended", cause)));
        }
    }
}
