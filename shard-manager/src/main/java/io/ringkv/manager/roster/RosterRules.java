package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What an operator may do with members now, and what it comes to. Pure; used for plans and for the deed. */
public final class RosterRules {

    private final RosterLimits limits;

    /** Rules by these limits. */
    public RosterRules(RosterLimits limits) {
        this.limits = limits;
    }

    /**
     * Why a standby must not become a member now; empty if it may.
     *
     * @param isHeard whether it is heard
     */
    public List<String> againstAdding(
            ManagerRoster roster, GroupSighting seen, ManagerRecord standby, boolean isHeard) {
        List<String> refusals = new ArrayList<>(againstAny(roster, seen));
        if (roster.members().size() >= ManagerRoster.MEMBERS_MAX) {
            refusals.add("There are " + roster.members().size() + " members, as many as there may be");
        }
        if (!isHeard) {
            refusals.add("Manager " + standby.label() + " at " + standby.clientAddress() + " does not answer");
        }
        List<String> unwell = unwell(roster, seen, roster.memberIds());
        if (!unwell.isEmpty()) {
            refusals.add("Not all members answer and have caught up: " + String.join(", ", unwell)
                    + "; one that is dead must be removed first, so that the new one is not needed for a majority at"
                    + " once");
        }
        return refusals;
    }

    /** Why a member must not be removed now; empty if it may. */
    public List<String> againstRemoving(ManagerRoster roster, GroupSighting seen, ManagerRecord member) {
        List<String> refusals = new ArrayList<>(againstAny(roster, seen));
        Set<ManagerId> remaining = RosterDriver.remaining(roster, member.id());
        if (remaining.isEmpty()) {
            refusals.add("Manager " + member.label() + " is the last member: the cluster would have no manager");
            return refusals;
        }
        int well = seen.well(remaining, limits);
        if (well < Tolerance.majority(remaining.size())) {
            refusals.add("Without manager " + member.label() + " no majority would be left: of the " + remaining.size()
                    + " that stay only " + well + " answer and have caught up; missing are "
                    + String.join(", ", unwell(roster, seen, remaining)));
        }
        return refusals;
    }

    /** What to know besides. */
    public List<String> warnings(ManagerRoster roster, GroupSighting seen, ManagerId manager, boolean addition) {
        int members = roster.members().size() + (addition ? 1 : -1);
        Set<ManagerId> staying = addition ? roster.memberIds() : RosterDriver.remaining(roster, manager);
        int alive = seen.well(staying, limits) + (addition ? 1 : 0);
        int survived = Math.max(0, Tolerance.lossesSurvived(members, alive));
        List<String> warnings = new ArrayList<>();
        if (survived == 0) {
            warnings.add("The manager group of " + members + " then survives no further loss.");
        }
        if (members % 2 == 0) {
            warnings.add("An even number gains nothing: " + members + " members survive the loss of "
                    + Tolerance.lossesSurvived(members, members) + ", as " + (members - 1) + " do.");
        }
        return warnings;
    }

    /** What the group survives afterwards, and now. */
    public String effect(ManagerRoster roster, GroupSighting seen, ManagerId manager, boolean addition) {
        int before = roster.members().size();
        int after = before + (addition ? 1 : -1);
        Set<ManagerId> staying = addition ? roster.memberIds() : RosterDriver.remaining(roster, manager);
        int alive = seen.well(staying, limits) + (addition ? 1 : 0);
        return before + " members become " + after + "; the group then survives " + losses(after, alive) + " more, now "
                + losses(before, seen.well(roster.memberIds(), limits));
    }

    private static String losses(int members, int alive) {
        int survived = Math.max(0, Tolerance.lossesSurvived(members, alive));
        return survived + (survived == 1 ? " loss" : " losses");
    }

    private static List<String> againstAny(ManagerRoster roster, GroupSighting seen) {
        ManagerChange change = roster.change();
        if (change != null) {
            return List.of("Another change is under way: " + change.text() + " (number " + change.number() + ")");
        }
        return seen.changing() || !seen.voters().equals(roster.memberIds())
                ? List.of("The last change of the manager group is not committed yet")
                : List.of();
    }

    private List<String> unwell(ManagerRoster roster, GroupSighting seen, Set<ManagerId> wanted) {
        return roster.members().stream()
                .filter(member -> wanted.contains(member.id()) && !seen.isWell(member.id(), limits))
                .map(ManagerRecord::label)
                .collect(Collectors.toList());
    }
}
