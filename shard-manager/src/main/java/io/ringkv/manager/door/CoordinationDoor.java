package io.ringkv.manager.door;

import io.grpc.stub.StreamObserver;
import io.ringkv.manager.bootstrap.Preparation;
import io.ringkv.manager.control.ManagerControl;
import io.ringkv.manager.member.MemberControl;
import io.ringkv.rpc.AttendReply;
import io.ringkv.rpc.AttendRequest;
import io.ringkv.rpc.CoordinationGrpc;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.PrepareMemberReply;
import io.ringkv.rpc.PrepareMemberRequest;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.support.Unary;

/** Door of KV servers and of other managers. Safe for use by any thread. */
public final class CoordinationDoor extends CoordinationGrpc.CoordinationImplBase {

    private final ManagerControl control;
    private final MemberControl members;
    private final Preparation preparation;

    /** A door to these. */
    public CoordinationDoor(ManagerControl control, MemberControl members, Preparation preparation) {
        this.control = control;
        this.members = members;
        this.preparation = preparation;
    }

    @Override
    public void register(RegisterRequest request, StreamObserver<RegisterReply> reply) {
        Unary.answer(control.register(request), reply);
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> reply) {
        Unary.answer(control.heartbeat(request), reply);
    }

    @Override
    public void attend(AttendRequest request, StreamObserver<AttendReply> reply) {
        Unary.answer(members.attend(request), reply);
    }

    @Override
    public void prepareMember(PrepareMemberRequest request, StreamObserver<PrepareMemberReply> reply) {
        Unary.answer(preparation.prepare(request), reply);
    }
}
