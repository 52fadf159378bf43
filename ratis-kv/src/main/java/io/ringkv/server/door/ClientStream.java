package io.ringkv.server.door;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.util.concurrent.EventExecutor;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.Limits;
import io.ringkv.rpc.Hello;
import io.ringkv.rpc.ServerFrame;
import io.ringkv.rpc.support.FailureStatus;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch stream of one client.
 *
 * <p>Everything that touches the call happens on one event loop: frames are handled there, and one drain task sends what was
 * answered since its last run, as few frames as possible. Answers may come from any thread.
 *
 * <p>Bounds: no further frame is read while the unanswered requests exceed the credit, or results are not taken; reads wait
 * then ({@link #whenRoom}). A client that is silent, or takes nothing, for too long is cut off.
 */
final class ClientStream extends ServerCall.Listener<byte[]> implements ReplySink {
    private static final Logger LOG = LoggerFactory.getLogger(ClientStream.class);

    /** An outgoing frame takes no further answer beyond this size. */
    private static final int FRAME_BYTES = 256 * 1024;

    private final ServerCall<byte[], WireBuffer> call;
    private final EventExecutor loop;
    private final Door door;
    private final Handshake handshake;
    private final ClientStreams streams;

    private final OutboundFrames out = new OutboundFrames(FRAME_BYTES);
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong unansweredBytes = new AtomicLong();
    private final Queue<Runnable> waitingForRoom = new ConcurrentLinkedQueue<>();
    private volatile boolean open = true;
    private volatile Object client = this;

    // Below: only on the loop.
    private boolean welcomed;
    private boolean receiving;
    private boolean clientFinished;
    private long ringEpochTold;
    private boolean sentSinceTick;
    private int silentTicks;
    private int stuckTicks;

    ClientStream(
            ServerCall<byte[], WireBuffer> call,
            EventExecutor loop,
            Door door,
            Handshake handshake,
            ClientStreams streams) {
        this.call = call;
        this.loop = loop;
        this.door = door;
        this.handshake = handshake;
        this.streams = streams;
    }

    /** Begins to receive, if there are not too many streams already. On the loop. */
    void start() {
        call.sendHeaders(new Metadata());
        if (streams.admit(this)) {
            receive();
        } else {
            door.context().metrics().streamRefused();
            failNow(streams.tooMany());
        }
    }

    @Override
    public void onMessage(byte[] frame) {
        runOnLoop(() -> received(frame));
    }

    @Override
    public void onHalfClose() {
        runOnLoop(() -> {
            clientFinished = true;
            flush();
        });
    }

    @Override
    public void onCancel() {
        runOnLoop(this::closed);
    }

    @Override
    public void onComplete() {
        runOnLoop(this::closed);
    }

    @Override
    public void onReady() {
        flush();
    }

    @Override
    public Object client() {
        return client;
    }

    @Override
    public void send(RequestHeader request, Answer answer) {
        unanswered.decrementAndGet();
        unansweredBytes.addAndGet(-request.bytes);
        FrameLease lease = request.lease;
        if (lease != null) {
            lease.answered();
        }
        if (open) {
            out.add(request, answer, door.context().requestBytes().percentUsed());
        }
    }

    @Override
    public void flush() {
        if (drainScheduled.compareAndSet(false, true)) {
            execute(this::drain);
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean hasRoom() {
        return !open || out.unsentBytes() < door.context().settings().streamResultBytes();
    }

    @Override
    public void whenRoom(Runnable action) {
        waitingForRoom.add(action);
        flush();
    }

    /** Refuses the stream as a whole, or ends it. On any thread. */
    void fail(Refusal refusal) {
        runOnLoop(() -> failNow(refusal));
    }

    /** A heartbeat interval went by. */
    void tick() {
        runOnLoop(this::tickNow);
    }

    /** There is a newer shard map. */
    void ringEpochChanged() {
        runOnLoop(() -> {
            if (welcomed) {
                tellRingEpoch();
                flush();
            }
        });
    }

    private void received(byte[] frame) {
        receiving = false;
        if (!open) {
            return;
        }
        silentTicks = 0;
        door.context().metrics().frameReceived();
        if (frame.length > Limits.MAX_FRAME_BYTES) {
            failNow(Refusal.of(
                    ErrorCode.FRAME_TOO_LARGE,
                    "The frame has " + frame.length + " bytes; the limit is " + Limits.MAX_FRAME_BYTES));
            return;
        }
        FrameReader read;
        try {
            read = FrameReader.stream(frame);
        } catch (MalformedFrameException e) {
            malformed("The frame " + e.getMessage());
            return;
        }
        Hello hello = read.hello();
        if (hello == null ? !welcomed : welcomed) {
            malformed(welcomed ? "The stream has a second hello" : "The first frame of the stream has no hello");
            return;
        }
        if (hello != null && !welcome(hello)) {
            return;
        }
        if (read.ping() != 0) {
            out.addPong(read.ping());
        }
        handle(frame, read.requests());
        flush();
        receiveIfRoom();
    }

    private void handle(byte[] frame, List<RequestHeader> requests) {
        if (requests.isEmpty()) {
            return;
        }
        unanswered.addAndGet(requests.size());
        requests.forEach(request -> unansweredBytes.addAndGet(request.bytes));
        ByteBudget budget = door.context().requestBytes();
        if (!budget.tryTake(frame.length)) {
            Refusal refusal = Refusal.busy(
                    ErrorCode.OVERLOADED,
                    "Unanswered requests of all clients take " + budget.used() + " bytes; the limit is "
                            + budget.limit(),
                    door.context().settings().retryAfterMillis());
            requests.forEach(request -> door.refuse(request, this, refusal));
            return;
        }
        FrameLease lease = new FrameLease(budget, frame.length, requests.size());
        for (RequestHeader request : requests) {
            request.lease = lease;
            door.handle(request, this);
        }
    }

    private boolean welcome(Hello hello) {
        Refusal refusal = handshake.check(hello);
        if (refusal != null) {
            door.context().metrics().streamRefused();
            failNow(refusal);
            return false;
        }
        welcomed = true;
        if (!hello.getClientId().isEmpty()) {
            client = hello.getClientId();
        }
        ringEpochTold = handshake.ringEpoch();
        sendMessage(
                ServerFrame.newBuilder().setWelcome(handshake.welcome(hello)).build());
        return true;
    }

    private void malformed(String sentence) {
        door.context().metrics().malformedFrame();
        streams.logMalformed(sentence);
        failNow(Refusal.of(ErrorCode.MALFORMED_FRAME, sentence));
    }

    private void failNow(Refusal refusal) {
        if (!open) {
            return;
        }
        RingKvException failure = refusal.toException();
        sendMessage(ServerFrame.newBuilder()
                .setFailure(FailureStatus.toMessage(failure))
                .build());
        StatusRuntimeException status = FailureStatus.toStatus(failure);
        Metadata trailers = status.getTrailers();
        call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
        closed();
    }

    /** Sends what there is, as long as the transport takes it; then sees to those that wait for that. */
    private void drain() {
        drainScheduled.set(false);
        if (!open) {
            runWaiting();
            return;
        }
        boolean ready = call.isReady();
        while (ready) {
            WireBuffer frame = out.poll();
            if (frame == null) {
                break;
            }
            call.sendMessage(frame);
            out.recycle(frame);
            sentSinceTick = true;
            stuckTicks = 0;
            door.context().metrics().frameSent();
            ready = call.isReady();
        }
        runWaiting();
        receiveIfRoom();
        if (clientFinished && unanswered.get() == 0 && out.isEmpty()) {
            call.close(Status.OK, new Metadata());
            closed();
        }
    }

    private void runWaiting() {
        while (hasRoom()) {
            Runnable next = waitingForRoom.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    private void receiveIfRoom() {
        DoorSettings settings = door.context().settings();
        if (open
                && !receiving
                && unansweredBytes.get() < settings.streamCreditBytes()
                && out.unsentBytes() < settings.streamResultBytes()) {
            receive();
        }
    }

    private void receive() {
        receiving = true;
        call.request(1);
    }

    private void tickNow() {
        if (!open) {
            return;
        }
        DoorSettings settings = door.context().settings();
        // In ticks, not in time: after a pause of this process the client gets its full share again.
        int ticksMax = Math.max(1, settings.silenceMillis() / settings.heartbeatMillis());
        silentTicks = receiving && !clientFinished ? silentTicks + 1 : 0;
        stuckTicks = out.isEmpty() || call.isReady() ? 0 : stuckTicks + 1;
        if (silentTicks > ticksMax || stuckTicks > ticksMax) {
            String what = silentTicks > ticksMax ? "said nothing" : "took nothing";
            failNow(Refusal.of(
                    ErrorCode.CONNECTION_LOST, "The client " + what + " for " + settings.silenceMillis() + " ms"));
            return;
        }
        if (welcomed) {
            if (!sentSinceTick) {
                out.addSignOfLife();
            }
            sentSinceTick = false;
            tellRingEpoch();
            flush();
        }
    }

    private void tellRingEpoch() {
        long newest = handshake.ringEpoch();
        if (newest > ringEpochTold) {
            ringEpochTold = newest;
            out.addRingEpoch(newest);
        }
    }

    private void sendMessage(ServerFrame frame) {
        WireBuffer buffer = new WireBuffer();
        buffer.writeEncoded(frame.toByteArray());
        call.sendMessage(buffer);
        sentSinceTick = true;
    }

    private void closed() {
        if (open) {
            open = false;
            streams.remove(this);
        }
        runWaiting();
    }

    private void runOnLoop(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
        } else {
            execute(action);
        }
    }

    private void execute(Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=answers_dropped reason=\"the process stops\"");
        }
    }
}
