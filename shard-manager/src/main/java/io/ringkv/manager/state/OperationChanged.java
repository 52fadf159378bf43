package io.ringkv.manager.state;

import io.ringkv.manager.operation.Operation;
import java.util.Objects;

/**
 * An operation began, went on, or ended. Not published: who votes is a fact of its own.
 *
 * @param operation as it is now
 */
public record OperationChanged(Operation operation) implements ClusterEvent {

    /** May not be null. */
    public OperationChanged {
        Objects.requireNonNull(operation, "operation");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withReservedEpoch(operation.order().shard(), operation.epoch())
                .withOperations(state.operations().with(operation));
    }

    @Override
    public boolean isPublished() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.operationChanged(this);
    }
}
