package io.ringkv.manager.state;

import io.ringkv.manager.roster.ChangePhase;
import io.ringkv.manager.roster.ManagerChange;
import java.util.Objects;

/**
 * A change of members of the manager group began, was given up, or ended.
 *
 * @param change as it is now
 * @param phase what became of it
 */
public record ManagersChanged(ManagerChange change, ChangePhase phase) implements ClusterEvent {

    /** None may be null. */
    public ManagersChanged {
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(phase, "phase");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withManagers(state.managers().after(change, phase));
    }

    @Override
    public boolean isPublished() {
        return phase == ChangePhase.DONE;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.managersChanged(this);
    }
}
