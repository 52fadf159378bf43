package io.ringkv.manager.door;

import io.grpc.stub.StreamObserver;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.control.ManagerControl;
import io.ringkv.manager.member.MemberControl;
import io.ringkv.rpc.AdminGrpc;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Door of operators: what this manager cannot answer, because it does not lead, the leader is asked. Any thread. */
public final class AdminDoor extends AdminGrpc.AdminImplBase {

    private static final long LEADER_TIMEOUT_MILLIS = 2_000;

    private final ManagerControl control;
    private final MemberControl members;
    private final Executor worker;
    private final ChannelCache channels;

    /**
     * A door to these controls.
     *
     * @param worker finds out answers that may take long
     * @param channels to other managers
     */
    public AdminDoor(ManagerControl control, MemberControl members, Executor worker, ChannelCache channels) {
        this.control = control;
        this.members = members;
        this.worker = worker;
        this.channels = channels;
    }

    @Override
    public void change(ChangeRequest request, StreamObserver<ChangeReply> reply) {
        ChangeRequest passedOn = request.toBuilder().setLocal(true).build();
        Unary.answer(
                orAskLeader(
                        MemberControl.concerns(request) ? members.change(request) : control.change(request),
                        request.getLocal(),
                        leader -> Unary.call(leader::change, passedOn)),
                reply);
    }

    @Override
    public void ask(Question request, StreamObserver<Answer> reply) {
        Question passedOn = request.toBuilder().setLocal(true).build();
        Unary.answer(orAskLeader(own(request), request.getLocal(), leader -> Unary.call(leader::ask, passedOn)), reply);
    }

    private CompletionStage<Answer> own(Question request) {
        return request.hasPlan() && MemberControl.concerns(request.getPlan())
                ? members.plan(request.getPlan())
                        .thenApply(plan -> Answer.newBuilder().setPlan(plan).build())
                : control.ask(request).thenApplyAsync(Supplier::get, worker);
    }

    private <P> CompletionStage<P> orAskLeader(
            CompletionStage<P> own, boolean isLocal, Function<AdminGrpc.AdminStub, CompletionStage<P>> question) {
        return own.<CompletionStage<P>>handle((reply, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(reply);
                    }
                    boolean isElsewhere = FailureStatus.toException(failure).code() == ErrorCode.NOT_MANAGER_LEADER;
                    return isElsewhere && !isLocal ? askLeader(question) : CompletableFuture.failedFuture(failure);
                })
                .thenCompose(next -> next);
    }

    private <P> CompletionStage<P> askLeader(Function<AdminGrpc.AdminStub, CompletionStage<P>> question) {
        ManagerRecord leader = control.leader();
        if (leader == null) {
            return CompletableFuture.failedFuture(
                    new RingKvException(ErrorCode.MANAGER_UNAVAILABLE, "The shard manager has no leader now"));
        }
        return question.apply(AdminGrpc.newStub(channels.to(HostPort.parse(leader.clientAddress())))
                .withDeadlineAfter(LEADER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
    }
}
