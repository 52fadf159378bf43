package io.ringkv.manager.bootstrap;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.PrepareMemberReply;
import io.ringkv.rpc.PrepareMemberRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Makes this manager ready to become a member of a group that exists, as the leader asks. Requests are worked on one after
 * the other by a thread of their own, since they wait for the disk and for Raft; may be given by any thread.
 */
public final class Preparation {

    private final Membership membership;
    private final Consumer<List<String>> onPrepared;
    private final Executor worker;

    /**
     * A desk for requests.
     *
     * @param onPrepared is told the client addresses of the members
     * @param worker one thread with a bounded queue
     */
    public Preparation(Membership membership, Consumer<List<String>> onPrepared, Executor worker) {
        this.onPrepared = onPrepared;
        this.membership = membership;
        this.worker = worker;
    }

    /** A request of the leader. */
    public CompletionStage<PrepareMemberReply> prepare(PrepareMemberRequest request) {
        try {
            return CompletableFuture.supplyAsync(() -> carryOut(request), worker);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new RingKvException(ErrorCode.OVERLOADED, "Other requests to this manager are under way", e));
        }
    }

    private PrepareMemberReply carryOut(PrepareMemberRequest request) {
        if (request.getTermFloor() < 1 || request.getChange() < 1) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "term floor " + request.getTermFloor() + ", change " + request.getChange()
                            + " (expected: 1 or more each)");
        }
        long term = membership.prepare(
                IdMessages.clusterId(request.getClusterId()),
                IdMessages.groupId(request.getGroupId()),
                ShardMapMessages.fromMessage(request.getManager()),
                request.getChange(),
                request.getTermFloor());
        onPrepared.accept(request.getMembersList());
        return PrepareMemberReply.newBuilder().setTerm(term).build();
    }
}
