package io.ringkv.manager.state;

/**
 * Somebody wants all operations to wait, or to go on. Those under way finish the change of a voter that they have begun.
 *
 * @param paused whether they shall wait
 */
public record PauseOperations(boolean paused) implements ClusterCommand {

    @Override
    public Decision decide(ClusterState state) {
        return state.operations().paused() == paused ? Decision.nothing() : Decision.of(new OperationsPaused(paused));
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.pause(this);
    }
}
