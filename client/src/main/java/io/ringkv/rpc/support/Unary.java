package io.ringkv.rpc.support;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Calls with one request and one reply, on either side, as futures. */
public final class Unary {

    private Unary() {}

    /**
     * Sends a call.
     *
     * @param method of an asynchronous stub that has a deadline
     * @return completes with the reply on the event loop of the connection, or exceptionally with what {@link
     *     FailureStatus#toException} understands
     */
    public static <Q, P> CompletableFuture<P> call(BiConsumer<Q, StreamObserver<P>> method, Q request) {
        CompletableFuture<P> reply = new CompletableFuture<>();
        try {
            method.accept(request, new Receiver<>(reply));
        } catch (RuntimeException e) {
            reply.completeExceptionally(e);
        }
        return reply;
    }

    /** Answers a call once the stage completes; a failure is sent as {@link FailureStatus} says. */
    public static <P> void answer(CompletionStage<P> stage, StreamObserver<P> observer) {
        CompletionStage<P> unused = stage.whenComplete((reply, failure) -> {
            if (failure == null) {
                observer.onNext(reply);
                observer.onCompleted();
            } else {
                observer.onError(FailureStatus.toStatus(failure));
            }
        });
    }

    /** Completes a future with the one reply. */
    private static final class Receiver<P> implements StreamObserver<P> {

        private final CompletableFuture<P> reply;
        private @Nullable P received;

        Receiver(CompletableFuture<P> reply) {
            this.reply = reply;
        }

        @Override
        public void onNext(P value) {
            received = value;
        }

        @Override
        public void onError(Throwable failure) {
            reply.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            P value = received;
            if (value == null) {
                reply.completeExceptionally(new IllegalStateException("a call was completed without a reply"));
            } else {
                reply.complete(value);
            }
        }
    }
}
