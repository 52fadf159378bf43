package io.ringkv.manager.state;

import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operations;
import java.util.List;
import java.util.Objects;

/**
 * A shard whose majority was lost for good goes on from one replica, in a new incarnation.
 *
 * @param shard as it is from now on
 * @param cleanings replicas of the former incarnation, to be deleted wherever they turn up
 * @param loss what may be lost, in words
 */
public record ShardRecovered(ManagedShard shard, List<Cleaning> cleanings, String loss) implements ClusterEvent {

    /** Keeps a copy. */
    public ShardRecovered {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(loss, "loss");
        cleanings = List.copyOf(cleanings);
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        Operations operations = state.operations().without(shard.record().id(), shard.firstLeader());
        for (Cleaning cleaning : cleanings) {
            operations = operations.with(cleaning);
        }
        return state.withShards(List.of(shard)).withOperations(operations);
    }

    @Override
    public boolean isPublished() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.recovered(this);
    }
}
