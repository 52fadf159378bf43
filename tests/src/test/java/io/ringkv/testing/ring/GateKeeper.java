package io.ringkv.testing.ring;

import io.grpc.stub.StreamObserver;
import io.ringkv.rpc.CoordinationGrpc;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Listener;
import io.ringkv.rpc.support.Unary;
import java.util.concurrent.TimeUnit;

/**
 * Stands before one manager, which listens on 127.0.0.1 and says that it is reached under 127.0.0.2, a second address of this
 * machine that needs no setting up on Linux. Listens there on the same ports: what servers say passes a {@link Gate}; bytes of
 * clients and of Raft are passed on as they are.
 */
final class GateKeeper extends CoordinationGrpc.CoordinationImplBase implements AutoCloseable {
    static final String REAL = "127.0.0.1";
    static final String ADVERTISED = "127.0.0.2";
    private static final int MESSAGE_BYTES_MAX = 16 << 20;
    private static final long DEADLINE_MILLIS = 1_000;

    private final Gate gate;
    private final HostPort manager;
    private final ChannelCache channels;
    private final Listener listener;
    private final PortForward client;
    private final PortForward raft;

    GateKeeper(Gate gate, int basePort, EventLoops loops) {
        this.gate = gate;
        this.manager = new HostPort(REAL, basePort + 1);
        this.channels = new ChannelCache(loops, 2);
        this.listener = Listener.listen("gate", ADVERTISED, basePort + 1, MESSAGE_BYTES_MAX, loops);
        this.client = forward(basePort);
        this.raft = forward(basePort + 2);
        listener.serve(bindService());
    }

    private static PortForward forward(int port) {
        return PortForward.start(new HostPort(ADVERTISED, port).resolve(), new HostPort(REAL, port).resolve());
    }

    @Override
    public void register(RegisterRequest request, StreamObserver<RegisterReply> reply) {
        Unary.answer(Unary.call(stub()::register, request), reply);
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> reply) {
        Unary.answer(
                Unary.<HeartbeatRequest, HeartbeatReply>call(stub()::heartbeat, gate.onItsWay(request))
                        .thenApply(answer -> gate.onItsWay(request.getServerId(), answer)),
                reply);
    }

    private CoordinationGrpc.CoordinationStub stub() {
        return CoordinationGrpc.newStub(channels.to(manager)).withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            client.close();
            raft.close();
            channels.close();
        }
    }
}
