package io.ringkv.raft;

import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way into the log of this process' own division. It travels through Ratis as the message of the request,
 * without a copy, and comes back to the state machine with the committed entry as long as this replica led from append to
 * apply (Ratis: {@code PendingRequests#getTransactionContext}); otherwise it is failed by Ratis' reply.
 *
 * <p>The outcome goes straight to the caller. Ratis would keep a reply of its own in the retry cache for seconds.
 */
final class Proposal implements Message {
    private final byte[] entry;
    private final ByteString content;
    private final CompletableFuture<Object> outcome = new CompletableFuture<>();
    private volatile boolean appending;

    Proposal(byte[] entry) {
        this.entry = entry;
        this.content = UnsafeByteOperations.unsafeWrap(entry);
    }

    @Override
    public ByteString getContent() {
        return content;
    }

    byte[] entry() {
        return entry;
    }

    CompletableFuture<Object> outcome() {
        return outcome;
    }

    /** Called under the lock of the log, right before it appends. */
    void appending() {
        appending = true;
    }

    /** Whether the entry may be in a log. */
    boolean mayBeAppended() {
        return appending;
    }

    /** The entry was committed; with an outcome unless the state could not take it. */
    void settle(@Nullable Object value, @Nullable String failure) {
        if (value != null) {
            outcome.complete(value);
        } else {
            fail(
                    ProposalException.Reason.REPLICA_FAILED,
                    0,
                    failure == null ? "The replica is being replaced by a snapshot, or closes." : failure);
        }
    }

    void fail(ProposalException.Reason reason, long leaderHint, String message) {
        if (!outcome.isDone()) {
            outcome.completeExceptionally(new ProposalException(reason, !appending, leaderHint, message));
        }
    }

    @Override
    public String toString() {
        return "proposal of " + entry.length + " bytes";
    }
}
