package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one shard's replicas or leader that takes several steps.
 *
 * @param number 1, 2, 3, … in the order of their start
 * @param order what it is to do
 * @param status how far it is
 * @param step where it is; of one that is over, where it was last
 * @param epoch replica epoch of its last fence in this attempt; 0 before the first
 * @param attempt 1 for the first
 * @param changes grows with each change: whoever wants to change it names the number he knows, and is refused if it is no
 *     longer that
 * @param undoGoal why it is undone, null while it is not
 * @param cause what went wrong last, for people; empty if nothing did
 */
public record Operation(
        long number,
        OperationOrder order,
        OperationStatus status,
        OperationStep step,
        long epoch,
        int attempt,
        long changes,
        @Nullable UndoGoal undoGoal,
        String cause) {

    /** How often an operation is tried. Part of the replicated state: a change needs a new level. */
    public static final int MAX_ATTEMPTS = 3;

    /** Longest cause, in characters. */
    public static final int MAX_CAUSE_LENGTH = 1_000;

    /** @throws IllegalArgumentException if a number is out of bounds, or undoing lacks its goal */
    public Operation {
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(cause, "cause");
        if (number < 1 || epoch < 0 || attempt < 1 || changes < 0 || cause.length() > MAX_CAUSE_LENGTH) {
            throw new IllegalArgumentException("operation " + number + ": epoch " + epoch + ", attempt " + attempt
                    + ", changes " + changes + ", a cause of " + cause.length() + " characters");
        }
        if (status == OperationStatus.UNDOING && undoGoal == null) {
            throw new IllegalArgumentException("operation " + number + " is undone without a goal");
        }
        if (step.isFence() && epoch == 0) {
            throw new IllegalArgumentException("operation " + number + " has no epoch for " + step);
        }
    }

    /** The server whose replica is to go in the present direction; null if none is. */
    public @Nullable ServerId leaving() {
        return status == OperationStatus.UNDOING ? order.target() : order.source();
    }

    /** Whether a fence of this attempt may be in the shard's log, and with it what was sent under it. */
    public boolean isFenced() {
        return epoch > 0;
    }

    /** Whether a move is being undone by removing the target again, which had become a voter. */
    public boolean isReversing() {
        return status == OperationStatus.UNDOING
                && switch (step) {
                    case TRANSFER_AWAY, FENCE_REMOVE, REMOVE -> true;
                    case TRANSFER, FENCE_ADD, PREPARE, ADD, CLEAN, UNDO_FENCE, UNDO_SETTLE -> false;
                };
    }

    /** Whether it waits at its present step while operations are paused: before each fence, where no change is under way. */
    public boolean isHeldByPause() {
        return status == OperationStatus.RUNNING
                && switch (step) {
                    case TRANSFER, TRANSFER_AWAY, FENCE_ADD, FENCE_REMOVE -> true;
                    case PREPARE, ADD, REMOVE, CLEAN, UNDO_FENCE, UNDO_SETTLE -> false;
                };
    }
}
