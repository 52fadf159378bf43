package io.ringkv.manager.state;

import io.ringkv.common.shardmap.ManagerRecord;
import java.util.Objects;

/**
 * A manager stands by, or says something new of itself. Another one at the same address stands by no more.
 *
 * @param standby who
 */
public record StandbyRegistered(ManagerRecord standby) implements ClusterEvent {

    /** May not be null. */
    public StandbyRegistered {
        Objects.requireNonNull(standby, "standby");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withManagers(state.managers().withStandby(standby));
    }

    @Override
    public boolean isPublished() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.standbyRegistered(this);
    }
}
