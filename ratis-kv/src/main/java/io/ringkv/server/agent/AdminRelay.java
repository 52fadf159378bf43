package io.ringkv.server.agent;

import io.grpc.stub.StreamObserver;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.AdminGrpc;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Passes what operators ask on to the managers this server knows, so that any address of the cluster will do. One that does
 * not answer, or has no leader, is left for the next; a refusal is passed back. Safe for use by any thread.
 */
public final class AdminRelay extends AdminGrpc.AdminImplBase {

    private static final long MANAGER_TIMEOUT_MILLIS = 2_000;

    private final ManagerAgent agent;
    private final ChannelCache channels;

    /**
     * A relay to the managers that the agent knows.
     *
     * @param channels connections to managers
     */
    public AdminRelay(ManagerAgent agent, ChannelCache channels) {
        this.agent = agent;
        this.channels = channels;
    }

    @Override
    public void change(ChangeRequest request, StreamObserver<ChangeReply> reply) {
        Unary.answer(relay(request.getLocal(), manager -> Unary.call(manager::change, request)), reply);
    }

    @Override
    public void ask(Question request, StreamObserver<Answer> reply) {
        Unary.answer(relay(request.getLocal(), manager -> Unary.call(manager::ask, request)), reply);
    }

    private <P> CompletionStage<P> relay(boolean isLocal, Function<AdminGrpc.AdminStub, CompletionStage<P>> question) {
        if (isLocal) {
            return CompletableFuture.failedFuture(
                    new RingKvException(ErrorCode.NOT_MANAGER_LEADER, "This is a KV server"));
        }
        return agent.managers()
                .thenCompose(managers -> ask(
                        managers.iterator(),
                        question,
                        new RingKvException(ErrorCode.MANAGER_UNAVAILABLE, "This server has not found a manager yet")));
    }

    private <P> CompletionStage<P> ask(
            Iterator<HostPort> managers,
            Function<AdminGrpc.AdminStub, CompletionStage<P>> question,
            RingKvException lastFailure) {
        if (!managers.hasNext()) {
            return CompletableFuture.failedFuture(lastFailure);
        }
        AdminGrpc.AdminStub stub = AdminGrpc.newStub(channels.to(managers.next()))
                .withDeadlineAfter(MANAGER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        return question.apply(stub)
                .<CompletionStage<P>>handle((reply, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(reply);
                    }
                    RingKvException reason = FailureStatus.toException(failure);
                    return mayKnowBetter(reason.family())
                            ? ask(managers, question, reason)
                            : CompletableFuture.failedFuture(reason);
                })
                .thenCompose(next -> next);
    }

    private static boolean mayKnowBetter(ErrorFamily family) {
        return switch (family) {
            case UNAVAILABLE, NOT_LEADER, OVERLOADED, OUTCOME_UNKNOWN -> true;
            case OK, INVALID_ARGUMENT, NOT_FOUND, CONDITION_FAILED, STALE, READ_ONLY, FORBIDDEN, INTERNAL -> false;
        };
    }
}
