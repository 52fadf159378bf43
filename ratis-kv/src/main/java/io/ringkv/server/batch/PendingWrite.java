package io.ringkv.server.batch;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.shard.OperationOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A write that was accepted at the door and waits for its outcome. It is its own queue node and its own callback, so that
 * an operation costs no future and no lambda.
 *
 * <p>Exactly one of {@link #complete} and {@link #refuse} is called, exactly once, on any thread and outside all locks;
 * then {@link #replyTarget()} is flushed, once for all writes of an entry that share it.
 */
public abstract class PendingWrite {
    private final WriteOperation operation;
    private final int bytes;

    /** Guarded by the batcher's lock until the write has left it. */
    private long deadlineNanos;

    /** Later arrivals of the same operation, which get the same outcome. Guarded like the deadline. */
    private @Nullable PendingWrite nextDuplicate;

    /** @param deadlineNanos reading of the batcher's clock after which the write is not proposed any more */
    protected PendingWrite(WriteOperation operation, long deadlineNanos) {
        this.operation = operation;
        this.bytes = operation.bytes();
        this.deadlineNanos = deadlineNanos;
    }

    /** What goes into the log. */
    public final WriteOperation operation() {
        return operation;
    }

    /** Bytes it takes in an entry. */
    final int bytes() {
        return bytes;
    }

    /** Whose turn it uses: writes of equal clients share a place in the round robin. */
    protected abstract Object client();

    /** Where answers go; flushed after they were given. */
    protected abstract ReplyTarget replyTarget();

    /** The write was applied, or refused by the state machine. */
    protected abstract void complete(OperationOutcome outcome);

    /**
     * The write was not applied as far as is known here.
     *
     * @param notProposed true when this attempt certainly left no trace in a log; false when its fate is in doubt
     * @param leader who leads the shard, when known
     * @param sentence what happened
     */
    protected abstract void refuse(ErrorCode code, boolean notProposed, @Nullable ServerId leader, String sentence);

    final boolean isExpired(long nowNanos) {
        return deadlineNanos - nowNanos <= 0;
    }

    /** Adds a later arrival of the same operation, and gives this one the longer of the two budgets. */
    final void join(PendingWrite duplicate) {
        duplicate.nextDuplicate = nextDuplicate;
        nextDuplicate = duplicate;
        if (duplicate.deadlineNanos - deadlineNanos > 0) {
            deadlineNanos = duplicate.deadlineNanos;
        }
    }

    final @Nullable PendingWrite nextDuplicate() {
        return nextDuplicate;
    }
}
