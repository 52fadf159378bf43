package io.ringkv.manager.state;

import java.util.Objects;

/**
 * The cluster came into being.
 *
 * @param founding how
 */
public record ClusterCreated(Founding founding) implements ClusterEvent {

    /** May not be null. */
    public ClusterCreated {
        Objects.requireNonNull(founding, "founding");
    }

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withFounding(founding);
    }

    @Override
    public boolean isPublished() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.created(this);
    }
}
