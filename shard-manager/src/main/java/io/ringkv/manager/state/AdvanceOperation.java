package io.ringkv.manager.state;

import io.ringkv.manager.operation.OperationCourse;
import io.ringkv.manager.operation.VoterConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Reports show that the present step of an operation is over.
 *
 * @param number of the operation
 * @param changes as the operation was when the leader decided; if it has gone on since, the command is void
 * @param facts committed configuration that a ready leader reports; null where the step needs none
 */
public record AdvanceOperation(
        long number, long changes, @Nullable VoterConfiguration facts) implements ClusterCommand {

    @Override
    public Decision decide(ClusterState state) {
        return OperationEvents.decide(
                state,
                number,
                changes,
                facts,
                "does not go on by voters " + (facts == null ? "unknown" : facts.voters()),
                (operation, books) -> OperationCourse.advance(operation, books, facts));
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.advance(this);
    }
}
