package io.ringkv.manager.state;

import io.ringkv.common.id.ManagerId;
import java.util.Objects;

/**
 * A manager stands by no more, and is not to come back as the one it was.
 *
 * @param manager who
 */
public record StandbyForgotten(ManagerId manager) implements ClusterEvent {

    /** May not be null. */
    public StandbyForgotten {
        Objects.requireNonNull(manager, "manager");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withManagers(state.managers().withoutStandby(manager));
    }

    @Override
    public boolean isPublished() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.standbyForgotten(this);
    }
}
