package io.ringkv.client;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.ringkv.client.wiring.ClientCore;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.time.Deadline;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.support.FailureStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks one process after another for the state of the cluster until one answers. On the client's loop. */
final class StatusQuery {

    private static final long ATTEMPT_MILLIS_MAX = 2_000;
    private static final long PAUSE_MILLIS = 50;

    private final ClientCore core;
    private final Deadline deadline;
    private final CompletableFuture<ClusterStatus> future = new CompletableFuture<>();
    private @Nullable RingKvException lastFailure;

    StatusQuery(ClientCore core, Duration timeout) {
        this.core = core;
        this.deadline = Deadline.after(core.loop().clock(), timeout);
    }

    CompletableFuture<ClusterStatus> start() {
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
            ClusterGrpc.newStub(channel.get())
                    .withDeadlineAfter(Math.min(ATTEMPT_MILLIS_MAX, remainingMillis), TimeUnit.MILLISECONDS)
                    .getStatus(GetStatusRequest.getDefaultInstance(), new Answer());
        }
    }

    private void pause() {
        core.loop().after(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS), this::attempt);
    }

    private void failed(RingKvException failure) {
        lastFailure = failure;
        core.abandonClusterChannel(failure);
        pause();
    }

    private final class Answer implements StreamObserver<ClusterStatus> {

        @Override
        public void onNext(ClusterStatus status) {
            future.complete(status);
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
