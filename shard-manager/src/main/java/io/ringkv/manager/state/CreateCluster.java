package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import java.util.Objects;

/**
 * The cluster shall come into being. Proposed by every member that becomes ready to lead a log without a cluster; the first
 * one counts, and as all members hold the same founding, it does not matter which.
 *
 * @param founding how
 */
public record CreateCluster(Founding founding) implements ClusterCommand {

    /** May not be null. */
    public CreateCluster {
        Objects.requireNonNull(founding, "founding");
    }

    @Override
    public Decision decide(ClusterState state) {
        Founding existing = state.founding();
        if (existing == null) {
            return Decision.of(new ClusterCreated(founding));
        }
        if (existing.cluster().equals(founding.cluster())) {
            return Decision.nothing();
        }
        return Decision.refuse(
                ErrorCode.ALREADY_BOOTSTRAPPED,
                "The log holds cluster " + existing.cluster() + "; " + founding.cluster() + " cannot be created in it");
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.create(this);
    }
}
