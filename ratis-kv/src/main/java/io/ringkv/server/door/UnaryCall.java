package io.ringkv.server.door;

import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.util.concurrent.EventExecutor;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.support.FailureStatus;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One call of {@code Execute}: a request and its answer. The call is touched on one event loop only. */
final class UnaryCall extends ServerCall.Listener<byte[]> implements ReplySink {
    private static final int REPLY = 1;

    private final ServerCall<byte[], WireBuffer> call;
    private final EventExecutor loop;
    private final Door door;
    private final Handshake handshake;
    private final Object client;
    private volatile boolean open = true;
    /** Only on the loop. */
    private boolean received;

    /** Written before the flush that hands it to the loop. */
    private volatile @Nullable WireBuffer reply;

    UnaryCall(ServerCall<byte[], WireBuffer> call, EventExecutor loop, Door door, Handshake handshake) {
        this.call = call;
        this.loop = loop;
        this.door = door;
        this.handshake = handshake;
        SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        this.client = remote == null ? this : remote;
    }

    /** Begins to receive. On the loop. */
    void start() {
        // One more than needed, so that gRPC notices a second message.
        call.request(2);
    }

    @Override
    public void onMessage(byte[] message) {
        if (received) {
            malformed("The call has a second message");
            return;
        }
        received = true;
        FrameReader read;
        try {
            read = FrameReader.unary(message);
        } catch (MalformedFrameException e) {
            malformed("The message " + e.getMessage());
            return;
        }
        if (read.requests().size() != 1) {
            malformed("The message has no request");
            return;
        }
        RequestHeader request = read.requests().get(0);
        Refusal wrongCluster = handshake.checkCluster(ByteString.copyFrom(read.clusterId()));
        if (wrongCluster != null) {
            door.refuse(request, this, wrongCluster);
        } else {
            handle(request, message.length);
        }
        flush();
    }

    private void handle(RequestHeader request, int messageBytes) {
        ByteBudget budget = door.context().requestBytes();
        if (budget.tryTake(messageBytes)) {
            request.lease = new FrameLease(budget, messageBytes, 1);
            door.handle(request, this);
        } else {
            door.refuse(
                    request,
                    this,
                    Refusal.busy(
                            ErrorCode.OVERLOADED,
                            "Unanswered requests of all clients take " + budget.used() + " bytes; the limit is "
                                    + budget.limit(),
                            door.context().settings().retryAfterMillis()));
        }
    }

    @Override
    public void onHalfClose() {
        if (!received) {
            malformed("The call has no message");
        }
    }

    @Override
    public void onCancel() {
        open = false;
    }

    @Override
    public void onComplete() {
        open = false;
    }

    @Override
    public Object client() {
        return client;
    }

    @Override
    public void send(RequestHeader request, Answer answer) {
        FrameLease lease = request.lease;
        if (lease != null) {
            lease.answered();
        }
        WireBuffer buffer = new WireBuffer();
        answer.writeTo(buffer, REPLY, request.id, door.context().requestBytes().percentUsed());
        reply = buffer;
    }

    @Override
    public void flush() {
        if (reply != null) {
            try {
                loop.execute(this::sendNow);
            } catch (RejectedExecutionException e) {
                open = false;
            }
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void whenRoom(Runnable action) {
        action.run();
    }

    private void sendNow() {
        WireBuffer buffer = reply;
        if (open && buffer != null) {
            open = false;
            call.sendHeaders(new Metadata());
            call.sendMessage(buffer);
            call.close(Status.OK, new Metadata());
        }
    }

    private void malformed(String sentence) {
        if (!open) {
            return;
        }
        open = false;
        door.context().metrics().malformedFrame();
        RingKvException failure = new RingKvException(ErrorCode.MALFORMED_FRAME, sentence);
        StatusRuntimeException status = FailureStatus.toStatus(failure);
        Metadata trailers = status.getTrailers();
        call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
    }
}
