package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.VoterConfiguration;
import java.util.Objects;
import java.util.Set;

/**
 * A server reports a replica of a shard in which it does not vote and that nothing is under way for: it is to delete it.
 * Refused unless the reported voters are exactly the published ones.
 *
 * @param shard of which shard
 * @param server where
 * @param facts committed configuration that a ready leader reports
 * @param epochSeen highest replica epoch that reports show; the instruction's is above it
 */
public record OrderCleaning(ShardId shard, ServerId server, VoterConfiguration facts, long epochSeen)
        implements ClusterCommand {

    /** None may be null. */
    public OrderCleaning {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(facts, "facts");
    }

    @Override
    public Decision decide(ClusterState state) {
        ManagedShard known = state.shards().get(shard);
        if (known == null) {
            return Decision.refuse(ErrorCode.SHARD_NOT_FOUND, "Shard " + shard + " does not exist");
        }
        if (!state.servers().containsKey(server)) {
            return Decision.refuse(ErrorCode.SERVER_NOT_FOUND, "Server " + server + " is not registered");
        }
        Cleaning present = state.operations().cleaning(shard, server);
        if (present != null && present.epoch() > epochSeen) {
            return Decision.nothing();
        }
        Set<ServerId> voters = Set.copyOf(known.record().voters());
        boolean isBusy = present == null && state.operations().of(shard) != null;
        if (isBusy || voters.contains(server) || !voters.equals(Set.copyOf(facts.voters()))) {
            return Decision.refuse(
                    ErrorCode.CONDITION_FAILED,
                    "The replica of shard " + shard + " at " + server + " may be needed: voters " + facts.voters()
                            + ", published " + known.record().voters());
        }
        long epoch = Math.max(known.reservedEpoch(), epochSeen) + 1;
        return Decision.of(
                new CleaningOrdered(new Cleaning(shard, known.record().group(), server, epoch, facts)));
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.orderCleaning(this);
    }
}
