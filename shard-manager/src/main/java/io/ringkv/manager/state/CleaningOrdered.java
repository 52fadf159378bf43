package io.ringkv.manager.state;

import io.ringkv.manager.operation.Cleaning;
import java.util.Objects;

/**
 * A replica is to be deleted.
 *
 * @param cleaning which, and by what right
 */
public record CleaningOrdered(Cleaning cleaning) implements ClusterEvent {

    /** May not be null. */
    public CleaningOrdered {
        Objects.requireNonNull(cleaning, "cleaning");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withReservedEpoch(cleaning.shard(), cleaning.epoch())
                .withOperations(state.operations().with(cleaning));
    }

    @Override
    public boolean isPublished() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.cleaningOrdered(this);
    }
}
