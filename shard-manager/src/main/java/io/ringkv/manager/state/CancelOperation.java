package io.ringkv.manager.state;

import io.ringkv.manager.operation.OperationCourse;
import io.ringkv.manager.operation.UndoGoal;

/**
 * Somebody wants an operation undone. It ends as DONE all the same if it turns out to have been done before.
 *
 * @param number of the operation
 */
public record CancelOperation(long number) implements ClusterCommand {

    @Override
    public Decision decide(ClusterState state) {
        return OperationEvents.decide(
                state,
                number,
                null,
                null,
                "can no longer be cancelled",
                (operation, books) ->
                        OperationCourse.undo(operation, books, UndoGoal.CANCEL, "Cancelled by an operator.", 0));
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.cancel(this);
    }
}
