package io.ringkv.manager.state;

import io.ringkv.manager.roster.ChangePhase;
import io.ringkv.manager.roster.ManagerChange;
import java.util.Objects;

/**
 * The change of members that is under way is given up, or has ended, as its leader observed. Of no effect on any other
 * change.
 *
 * @param number of the change
 * @param phase any but BEGUN; FAILED only of one that was given up
 * @param cause what went wrong; empty if nothing did
 */
public record AdvanceManagerChange(long number, ChangePhase phase, String cause) implements ClusterCommand {

    /** @throws IllegalArgumentException if it says that the change has begun */
    public AdvanceManagerChange {
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(cause, "cause");
        if (phase == ChangePhase.BEGUN) {
            throw new IllegalArgumentException("a change of managers begins by another command");
        }
    }

    @Override
    public Decision decide(ClusterState state) {
        ManagerChange change = state.managers().change();
        if (change == null || change.number() != number || !isNext(change)) {
            return Decision.nothing();
        }
        ManagerChange reached = phase == ChangePhase.UNDOING ? change.givenUp(cause) : change.because(cause);
        return Decision.of(new ManagersChanged(reached, phase));
    }

    private boolean isNext(ManagerChange change) {
        return switch (phase) {
            case BEGUN -> false;
            case UNDOING -> !change.undoing();
            case FAILED -> change.undoing();
            case DONE -> true;
        };
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.advanceManagerChange(this);
    }
}
