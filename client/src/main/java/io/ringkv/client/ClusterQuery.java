package io.ringkv.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.ringkv.client.wiring.ClientCore;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.time.Deadline;
import io.ringkv.rpc.support.FailureStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks one process of the cluster after another until one answers, or says no for good. On the client's loop.
 *
 * @param <P> the answer
 */
final class ClusterQuery<P> {

    private static final long ATTEMPT_MILLIS_MAX = 2_000;
    private static final long PAUSE_MILLIS = 50;

    private final ClientCore core;
    private final Deadline deadline;
    private final Question<P> question;
    private final Predicate<RingKvException> mayPass;
    private final CompletableFuture<P> future = new CompletableFuture<>();
    private @Nullable RingKvException lastFailure;

    /**
     * A query that has not been asked yet.
     *
     * @param mayPass whether another process, or the same one later, may answer instead of failing like this
     */
    ClusterQuery(ClientCore core, Duration timeout, Question<P> question, Predicate<RingKvException> mayPass) {
        this.core = core;
        this.deadline = Deadline.after(core.loop().clock(), timeout);
        this.question = question;
        this.mayPass = mayPass;
    }

    /**
     * One call.
     *
     * @param <P> its answer
     */
    @FunctionalInterface
    interface Question<P> {
        /** Makes the call on this channel, within this time. */
        void ask(Channel channel, long timeoutMillis, StreamObserver<P> answer);
    }

    /** Failures of a call that changes nothing when it is repeated, and that may pass. */
    static boolean isPassing(RingKvException failure) {
        ErrorFamily family = failure.family();
        return family == ErrorFamily.UNAVAILABLE
                || family == ErrorFamily.NOT_LEADER
                || family == ErrorFamily.OVERLOADED
                || family == ErrorFamily.OUTCOME_UNKNOWN;
    }

    CompletableFuture<P> start() {
        core.run(this::attempt);
        return future;
    }

    private void attempt() {
        long remainingMillis = deadline.remainingMillis(core.loop().clock());
        Optional<ManagedChannel> channel = core.clusterChannel();
        if (remainingMillis == 0) {
            future.completeExceptionally(lastFailure == null ? core.noRoute() : lastFailure);
        } else if (channel.isEmpty()) {
            pause();
        } else {
            question.ask(channel.get(), Math.min(ATTEMPT_MILLIS_MAX, remainingMillis), new Answer());
        }
    }

    private void pause() {
        core.loop().after(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS), this::attempt);
    }

    private void failed(RingKvException failure) {
        if (!mayPass.test(failure)) {
            future.completeExceptionally(failure);
            return;
        }
        lastFailure = failure;
        core.abandonClusterChannel(failure);
        pause();
    }

    private final class Answer implements StreamObserver<P> {

        @Override
        public void onNext(P answer) {
            future.complete(answer);
        }

        @Override
        public void onError(Throwable failure) {
            core.loop().execute(() -> failed(FailureStatus.toException(failure)));
        }

        @Override
        public void onCompleted() {
            // The answer came before.
        }
    }
}
