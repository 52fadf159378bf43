package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.ShardBooks;
import io.ringkv.manager.operation.Transition;
import io.ringkv.manager.operation.VoterConfiguration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What commands about running operations have in common. */
final class OperationEvents {

    private OperationEvents() {}

    /** What an operation can be changed by: itself, and the books of its shard. */
    interface Change {
        /** Null if nothing changes. */
        @Nullable
        Transition of(Operation operation, ShardBooks books);
    }

    /**
     * Changes a running operation.
     *
     * @param changes as the operation was last seen; null if any will do
     * @param facts who votes now, if known
     * @param unchanged what is said if nothing changes
     */
    static Decision decide(
            ClusterState state,
            long number,
            @Nullable Long changes,
            @Nullable VoterConfiguration facts,
            String unchanged,
            Change change) {
        Operation operation = state.operations().running().get(number);
        if (operation == null) {
            return Decision.refuse(ErrorCode.NOT_FOUND, "Operation " + number + " is not running");
        }
        if (changes != null && operation.changes() != changes) {
            return Decision.refuse(
                    ErrorCode.CONDITION_FAILED,
                    "Operation " + number + " has gone on: change " + operation.changes() + ", not " + changes);
        }
        ShardBooks books = state.booksOf(operation.order().shard());
        Transition transition = books == null ? null : change.of(operation, books);
        return transition == null
                ? Decision.refuse(ErrorCode.CONDITION_FAILED, "Operation " + number + " " + unchanged)
                : new Decision(events(state, operation, transition, facts), null);
    }

    private static List<ClusterEvent> events(
            ClusterState state, Operation before, Transition transition, @Nullable VoterConfiguration facts) {
        ShardId id = before.order().shard();
        ManagedShard shard = state.requireShard(id);
        List<ClusterEvent> events = new ArrayList<>();
        if (transition.voters() != null
                && !transition.voters().equals(shard.record().voters())) {
            events.add(new ReplicasChanged(id, transition.voters(), before.epoch()));
        }
        events.add(new OperationChanged(transition.operation()));
        long epoch = Math.max(shard.reservedEpoch(), transition.operation().epoch());
        for (ServerId server : transition.toClean()) {
            if (facts != null) {
                epoch++;
                events.add(new CleaningOrdered(new Cleaning(id, shard.record().group(), server, epoch, facts)));
            }
        }
        return events;
    }
}
