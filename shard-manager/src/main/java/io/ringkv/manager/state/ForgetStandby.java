package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ManagerId;
import java.util.Objects;

/**
 * An operator sends a standby away.
 *
 * @param manager who
 */
public record ForgetStandby(ManagerId manager) implements ClusterCommand {

    /** May not be null. */
    public ForgetStandby {
        Objects.requireNonNull(manager, "manager");
    }

    @Override
    public Decision decide(ClusterState state) {
        if (state.managers().standby(manager) == null) {
            return Decision.nothing();
        }
        return state.managers().isChanging(manager)
                ? Decision.refuse(
                        ErrorCode.SAFETY_REFUSED,
                        "Manager " + manager + " is about to become a member",
                        "Wait until it is one; see ringkv manager list.")
                : Decision.of(new StandbyForgotten(manager));
    }

    @Override
    public boolean isLeadersDecision() {
        return false;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.forgetStandby(this);
    }
}
