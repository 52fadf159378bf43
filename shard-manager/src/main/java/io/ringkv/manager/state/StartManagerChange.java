package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.roster.ChangePhase;
import io.ringkv.manager.roster.ManagerChange;
import io.ringkv.manager.roster.ManagerRoster;
import java.util.Objects;

/**
 * One member of the manager group is to come or to go. From the moment this is applied the log says which change is under
 * way, and no other begins until this one has ended.
 *
 * @param manager who
 * @param addition a standby becomes a member; else a member goes
 * @param isOperators an operator wants it
 * @param reason why, for people
 */
public record StartManagerChange(ManagerId manager, boolean addition, boolean isOperators, String reason)
        implements ClusterCommand {

    /** None may be null. */
    public StartManagerChange {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public Decision decide(ClusterState state) {
        ManagerRoster roster = state.managers();
        ManagerChange present = roster.change();
        if (present != null) {
            boolean isSame = present.manager().id().equals(manager) && present.addition() == addition;
            return isSame
                    ? Decision.nothing()
                    : Decision.refuse(
                            ErrorCode.SAFETY_REFUSED,
                            "Another change of the manager group is under way: " + present.text(),
                            "Wait until it has ended; see ringkv manager list.");
        }
        return addition ? add(roster) : remove(roster);
    }

    private Decision add(ManagerRoster roster) {
        if (roster.member(manager) != null) {
            return Decision.nothing();
        }
        ManagerRecord standby = roster.standby(manager);
        if (standby == null) {
            return Decision.refuse(ErrorCode.MANAGER_NOT_FOUND, "No manager " + manager + " stands by");
        }
        if (roster.members().size() >= ManagerRoster.MEMBERS_MAX) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "The manager group has " + roster.members().size() + " members (limit: " + ManagerRoster.MEMBERS_MAX
                            + ")",
                    "Remove one first: ringkv manager remove ID.");
        }
        return begin(roster, standby);
    }

    private Decision remove(ManagerRoster roster) {
        ManagerRecord member = roster.member(manager);
        if (member == null) {
            return Decision.nothing();
        }
        if (roster.members().size() == 1) {
            return Decision.refuse(
                    ErrorCode.SAFETY_REFUSED,
                    "Manager " + member.label() + " is the last member: the cluster would have no manager",
                    "Add another one first: ringkv manager add ADDRESS.");
        }
        return begin(roster, member);
    }

    private Decision begin(ManagerRoster roster, ManagerRecord record) {
        ManagerChange change = ManagerChange.begin(roster.changes() + 1, addition, record, isOperators, reason);
        return Decision.of(new ManagersChanged(change, ChangePhase.BEGUN));
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.startManagerChange(this);
    }
}
