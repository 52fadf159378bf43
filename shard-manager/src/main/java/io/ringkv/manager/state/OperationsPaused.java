package io.ringkv.manager.state;

/**
 * Operations wait from now on before their next change, or go on.
 *
 * @param paused whether they wait
 */
public record OperationsPaused(boolean paused) implements ClusterEvent {

    @Override
    public ClusterState foldInto(ClusterState state) {
        return state.withOperations(state.operations().withPaused(paused));
    }

    @Override
    public boolean isPublished() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.paused(this);
    }
}
