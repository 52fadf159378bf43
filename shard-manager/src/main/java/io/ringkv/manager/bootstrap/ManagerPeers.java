package io.ringkv.manager.bootstrap;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.BootstrapReply;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.IdentifyRequest;
import io.ringkv.rpc.ManagerGrpc;
import io.ringkv.rpc.ManagerJoinReply;
import io.ringkv.rpc.ManagerJoinRequest;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Calls to the client doors of other managers. Safe for use by any thread. */
final class ManagerPeers {

    private static final long IDENTIFY_TIMEOUT_MILLIS = 3_000;
    private static final long JOIN_TIMEOUT_MILLIS = 15_000;
    private static final long BOOTSTRAP_TIMEOUT_MILLIS = 40_000;

    private final ChannelCache channels;

    ManagerPeers(ChannelCache channels) {
        this.channels = channels;
    }

    CompletableFuture<ProcessIdentity> identify(HostPort address) {
        return Unary.call(
                ClusterGrpc.newStub(channels.to(address))
                        .withDeadlineAfter(IDENTIFY_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)::identify,
                IdentifyRequest.getDefaultInstance());
    }

    CompletableFuture<ManagerJoinReply> join(HostPort address, ManagerJoinRequest request) {
        return Unary.call(
                ManagerGrpc.newStub(channels.to(address)).withDeadlineAfter(JOIN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                        ::join,
                request);
    }

    CompletableFuture<BootstrapReply> bootstrap(HostPort address, BootstrapRequest request) {
        return Unary.call(
                ManagerGrpc.newStub(channels.to(address))
                        .withDeadlineAfter(BOOTSTRAP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)::bootstrap,
                request);
    }

    /**
     * Waits for a call.
     *
     * @param what who was asked what, for the message
     * @throws RingKvException the other side's own refusal, or {@code UNAVAILABLE} if it does not answer
     */
    static <T> T await(CompletableFuture<T> call, String what) {
        try {
            return call.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RingKvException(ErrorCode.SHUTTING_DOWN, "Interrupted while " + what, e);
        } catch (ExecutionException e) {
            RingKvException failure = FailureStatus.toException(e);
            boolean isUnanswered =
                    failure.code() == ErrorCode.UNAVAILABLE || failure.code() == ErrorCode.OUTCOME_UNKNOWN;
            throw isUnanswered
                    ? new RingKvException(ErrorCode.UNAVAILABLE, "No answer while " + what, failure)
                    : failure;
        }
    }
}
