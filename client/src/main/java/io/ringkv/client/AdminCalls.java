package io.ringkv.client;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.ringkv.client.wiring.ClientCore;
import io.ringkv.rpc.AdminGrpc;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.Question;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Asks the process to which the client is connected, and others while none answers. */
final class AdminCalls implements ClusterAdmin {

    private final ClientCore core;

    AdminCalls(ClientCore core) {
        this.core = core;
    }

    @Override
    public CompletableFuture<ChangeReply> change(ChangeRequest request, Duration timeout) {
        return call(timeout, (stub, answer) -> stub.change(request, answer));
    }

    @Override
    public CompletableFuture<Answer> ask(Question question, Duration timeout) {
        return call(timeout, (stub, answer) -> stub.ask(question, answer));
    }

    private <P> CompletableFuture<P> call(Duration timeout, BiConsumer<AdminGrpc.AdminStub, StreamObserver<P>> method) {
        return new ClusterQuery<P>(
                        core,
                        timeout,
                        (channel, timeoutMillis, answer) -> method.accept(stub(channel, timeoutMillis), answer),
                        ClusterQuery::isPassing)
                .start();
    }

    private static AdminGrpc.AdminStub stub(Channel channel, long timeoutMillis) {
        return AdminGrpc.newStub(channel).withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS);
    }
}
