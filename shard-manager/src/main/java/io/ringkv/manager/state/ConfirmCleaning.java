package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Cleaning;
import java.util.Objects;

/**
 * A server reports that it has deleted a replica as it was told, or it is gone for good.
 *
 * @param shard of which shard
 * @param server at which server
 * @param epoch replica epoch of the instruction; void if there is a later one
 */
public record ConfirmCleaning(ShardId shard, ServerId server, long epoch) implements ClusterCommand {

    /** None may be null. */
    public ConfirmCleaning {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(server, "server");
    }

    @Override
    public Decision decide(ClusterState state) {
        Cleaning present = state.operations().cleaning(shard, server);
        return present == null || present.epoch() != epoch
                ? Decision.nothing()
                : Decision.of(new CleaningDone(shard, server));
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.confirmCleaning(this);
    }
}
