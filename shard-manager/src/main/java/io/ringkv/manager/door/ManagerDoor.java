package io.ringkv.manager.door;

import io.grpc.stub.StreamObserver;
import io.ringkv.manager.bootstrap.Bootstrap;
import io.ringkv.rpc.BootstrapReply;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.ManagerGrpc;
import io.ringkv.rpc.ManagerJoinReply;
import io.ringkv.rpc.ManagerJoinRequest;
import io.ringkv.rpc.support.Unary;

/** Door of operators and of other managers. Safe for use by any thread. */
public final class ManagerDoor extends ManagerGrpc.ManagerImplBase {

    private final Bootstrap bootstrap;

    /** A door to this desk. */
    public ManagerDoor(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void bootstrap(BootstrapRequest request, StreamObserver<BootstrapReply> reply) {
        Unary.answer(bootstrap.bootstrap(request), reply);
    }

    @Override
    public void join(ManagerJoinRequest request, StreamObserver<ManagerJoinReply> reply) {
        Unary.answer(bootstrap.join(request), reply);
    }
}
