package io.ringkv.manager.state;

import io.ringkv.manager.operation.OperationCourse;
import io.ringkv.manager.operation.UndoGoal;
import java.util.Objects;

/**
 * An operation does not come on and is to be undone, or its undoing needs a higher fence.
 *
 * @param number of the operation
 * @param changes as the operation was when the leader decided; if it has gone on since, the command is void
 * @param goal what then; RETRY comes to FAIL after the last attempt
 * @param cause why, for people
 * @param epochSeen highest replica epoch that reports show; the next fence is above it
 */
public record UndoOperation(long number, long changes, UndoGoal goal, String cause, long epochSeen)
        implements ClusterCommand {

    /** Goal and cause may not be null. */
    public UndoOperation {
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(cause, "cause");
    }

    @Override
    public Decision decide(ClusterState state) {
        return OperationEvents.decide(
                state,
                number,
                changes,
                null,
                "has nothing to undo",
                (operation, books) -> OperationCourse.undo(operation, books, goal, cause, epochSeen));
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.undo(this);
    }
}
