package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.limit.Limits;

/**
 * An operator wants another number of replicas of each shard. Shard by shard gets there; this is only the wish.
 *
 * @param replicationFactor voters per shard
 */
public record SetReplicationFactor(int replicationFactor) implements ClusterCommand {

    /** @throws IllegalArgumentException if the number is out of bounds */
    public SetReplicationFactor {
        if (replicationFactor < 1 || replicationFactor > Limits.MAX_REPLICATION_FACTOR) {
            throw new IllegalArgumentException("replication factor: " + replicationFactor + " (expected: 1 to "
                    + Limits.MAX_REPLICATION_FACTOR + ")");
        }
    }

    @Override
    public Decision decide(ClusterState state) {
        if (!state.exists()) {
            return Decision.refuse(ErrorCode.NOT_BOOTSTRAPPED, "The cluster does not exist yet");
        }
        if (replicationFactor == state.replicationFactor()) {
            return Decision.nothing();
        }
        long usable = state.servers().values().stream()
                .filter(RegisteredServer::isUsable)
                .count();
        if (replicationFactor > usable) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "A replication factor of " + replicationFactor + " needs as many usable servers, and there are "
                            + usable,
                    "Start " + (replicationFactor - usable) + " more, or keep those that are draining: ringkv server"
                            + " undrain.");
        }
        return Decision.of(new ReplicationFactorSet(state.replicationFactor(), replicationFactor));
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.setReplicationFactor(this);
    }
}
