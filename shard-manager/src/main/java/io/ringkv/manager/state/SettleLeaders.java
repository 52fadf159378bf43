package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ShardId;
import java.util.List;
import java.util.Set;

/**
 * First leaders need no more moving: they are where they should be, or the tries are used up.
 *
 * @param shards which; those settled already are passed over
 */
public record SettleLeaders(List<ShardId> shards) implements ClusterCommand {

    /** Keeps a sorted copy. */
    public SettleLeaders {
        shards = shards.stream().sorted().distinct().toList();
    }

    @Override
    public Decision decide(ClusterState state) {
        for (ShardId shard : shards) {
            if (!state.shards().containsKey(shard)) {
                return Decision.refuse(ErrorCode.SHARD_NOT_FOUND, "Shard " + shard + " does not exist");
            }
        }
        Set<ShardId> wanted = Set.copyOf(shards);
        List<ShardId> open = state.shards().values().stream()
                .filter(shard ->
                        !shard.settled() && wanted.contains(shard.record().id()))
                .map(shard -> shard.record().id())
                .toList();
        return open.isEmpty() ? Decision.nothing() : Decision.of(new LeadersSettled(open));
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.settle(this);
    }
}
