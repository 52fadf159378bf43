package io.ringkv.server.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.Failure;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ServerFrame;
import io.ringkv.rpc.Welcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The client's end of a batch stream, with waits that end. */
final class TestStream implements ClientResponseObserver<ClientFrame, ServerFrame> {
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Queue<Reply> replies = new ArrayDeque<>();
    private final List<Integer> repliesPerFrame = new ArrayList<>();
    private @Nullable ClientCallStreamObserver<ClientFrame> call;
    private @Nullable Welcome welcome;
    private @Nullable Failure failure;
    private @Nullable Status end;
    private long pong;
    private long ringEpoch;
    private int frames;
    private boolean manual;

    TestStream(KvGrpc.KvStub stub) {
        stub.stream(this);
    }

    /** A stream that reads only what {@link #request} asks for. */
    static TestStream slowReader(KvGrpc.KvStub stub) {
        TestStream stream = new TestStream();
        stream.manual = true;
        stub.stream(stream);
        return stream;
    }

    private TestStream() {}

    @Override
    public void beforeStart(ClientCallStreamObserver<ClientFrame> started) {
        call = started;
        if (manual) {
            started.disableAutoRequestWithInitial(1);
        }
    }

    @Override
    public synchronized void onNext(ServerFrame frame) {
        frames++;
        if (frame.hasWelcome()) {
            welcome = frame.getWelcome();
        }
        if (frame.hasFailure()) {
            failure = frame.getFailure();
        }
        if (frame.getPong() != 0) {
            pong = frame.getPong();
        }
        if (frame.getRingEpoch() != 0) {
            ringEpoch = frame.getRingEpoch();
        }
        if (frame.getRepliesCount() > 0) {
            repliesPerFrame.add(frame.getRepliesCount());
            replies.addAll(frame.getRepliesList());
        }
        notifyAll();
    }

    @Override
    public synchronized void onError(Throwable error) {
        end = Status.fromThrowable(error);
        notifyAll();
    }

    @Override
    public synchronized void onCompleted() {
        end = Status.OK;
        notifyAll();
    }

    void send(ClientFrame frame) {
        Objects.requireNonNull(call, "call").onNext(frame);
    }

    void send(Request... requests) {
        send(ClientFrame.newBuilder().addAllRequests(List.of(requests)).build());
    }

    void finish() {
        Objects.requireNonNull(call, "call").onCompleted();
    }

    void cancel() {
        Objects.requireNonNull(call, "call").cancel("the test cancels", null);
    }

    void request(int count) {
        Objects.requireNonNull(call, "call").request(count);
    }

    Welcome awaitWelcome() {
        await(() -> welcome != null || end != null);
        return Objects.requireNonNull(welcome, () -> "welcome, but the stream ended with " + end + " " + failure);
    }

    Failure awaitFailure() {
        await(() -> failure != null || end != null);
        return Objects.requireNonNull(failure, () -> "failure, but the stream ended with " + end);
    }

    Status awaitEnd() {
        await(() -> end != null);
        return Objects.requireNonNull(end, "end");
    }

    /** The next reply, in the order of arrival. */
    Reply awaitReply() {
        await(() -> !replies.isEmpty() || end != null);
        synchronized (this) {
            return Objects.requireNonNull(replies.poll(), () -> "reply, but the stream ended with " + end);
        }
    }

    List<Reply> awaitReplies(int count) {
        List<Reply> taken = new ArrayList<>();
        while (taken.size() < count) {
            taken.add(awaitReply());
        }
        return taken;
    }

    void awaitPong(long number) {
        await(() -> pong == number);
    }

    void awaitRingEpoch(long epoch) {
        await(() -> ringEpoch == epoch);
    }

    void awaitFrames(int more) {
        int target = frames() + more;
        await(() -> frames >= target);
    }

    synchronized int frames() {
        return frames;
    }

    synchronized int waitingReplies() {
        return replies.size();
    }

    synchronized List<Integer> repliesPerFrame() {
        return List.copyOf(repliesPerFrame);
    }

    private synchronized void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + WAIT_NANOS;
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            assertThat(left).as("time left to wait").isPositive();
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
