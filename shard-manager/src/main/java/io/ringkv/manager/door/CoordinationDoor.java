package io.ringkv.manager.door;

import io.grpc.stub.StreamObserver;
import io.ringkv.manager.control.ManagerControl;
import io.ringkv.rpc.CoordinationGrpc;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.support.Unary;

/** Door of KV servers. Safe for use by any thread. */
public final class CoordinationDoor extends CoordinationGrpc.CoordinationImplBase {

    private final ManagerControl control;

    /** A door to this control. */
    public CoordinationDoor(ManagerControl control) {
        this.control = control;
    }

    @Override
    public void register(RegisterRequest request, StreamObserver<RegisterReply> reply) {
        Unary.answer(control.register(request), reply);
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> reply) {
        Unary.answer(control.heartbeat(request), reply);
    }
}
