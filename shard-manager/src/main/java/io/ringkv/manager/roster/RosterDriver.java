package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Drives a change of one member to its end, by what the leader of the group sees of it. Stateless: a new leader goes on from
 * the books.
 *
 * <p>A change ends in one of two ways, each certain: DONE, when the committed configuration is as wanted; or, after it was
 * given up in the log, FAILED, when a leader that has applied this sees a committed configuration without it and nothing
 * staged. Until then no other change begins.
 */
public final class RosterDriver {

    private final RosterLimits limits;

    /** A driver by these limits. */
    public RosterDriver(RosterLimits limits) {
        this.limits = limits;
    }

    /**
     * What this leader knows only of itself.
     *
     * @param waitedMillis since it first saw the change in its present phase
     * @param isPrepared the new member has said in this term that its log is there
     * @param isAsking a request of this leader to Raft has not been answered
     */
    public record Soft(long waitedMillis, boolean isPrepared, boolean isAsking) {}

    /** The next act. */
    public RosterAct next(ManagerRoster roster, @Nullable GroupSighting seen, Soft soft) {
        ManagerChange change = roster.change();
        if (change == null) {
            return new RosterAct.Wait("");
        }
        if (seen == null || !seen.leadsReady()) {
            return new RosterAct.Wait("a leader of the manager group that is ready");
        }
        if (change.undoing()) {
            return undo(change, seen, soft);
        }
        if (!seen.changing() && hasTakenEffect(change, seen)) {
            return new RosterAct.Tell(ChangePhase.DONE, "");
        }
        if (soft.waitedMillis() > limits.changeMillis()) {
            RosterAct waitsFor =
                    change.addition() ? add(roster, change, seen, soft) : remove(roster, change, seen, soft);
            String cause = "not done after " + limits.changeMillis() + " ms"
                    + (waitsFor instanceof RosterAct.Wait wait ? "; it waited for " + wait.why() : "");
            return new RosterAct.Tell(ChangePhase.UNDOING, cause);
        }
        return change.addition() ? add(roster, change, seen, soft) : remove(roster, change, seen, soft);
    }

    private static boolean hasTakenEffect(ManagerChange change, GroupSighting seen) {
        return seen.voters().contains(change.manager().id()) == change.addition();
    }

    private static RosterAct undo(ManagerChange change, GroupSighting seen, Soft soft) {
        if (seen.staged() != null || soft.isAsking()) {
            return new RosterAct.EndStaging();
        }
        if (seen.changing()) {
            return new RosterAct.Wait("its configuration to be committed");
        }
        return hasTakenEffect(change, seen)
                ? new RosterAct.Tell(ChangePhase.DONE, change.cause())
                : new RosterAct.Tell(ChangePhase.FAILED, change.cause());
    }

    private RosterAct add(ManagerRoster roster, ManagerChange change, GroupSighting seen, Soft soft) {
        String hindrance = hindrance(roster, seen, soft);
        if (hindrance != null) {
            return new RosterAct.Wait(hindrance);
        }
        Set<ManagerId> members = roster.memberIds();
        if (seen.well(members, limits) < members.size()) {
            return new RosterAct.Wait("all present members to answer and to have caught up");
        }
        return soft.isPrepared()
                ? new RosterAct.Add(change.manager())
                : new RosterAct.Prepare(change.manager(), seen.term(), change.number());
    }

    private RosterAct remove(ManagerRoster roster, ManagerChange change, GroupSighting seen, Soft soft) {
        String hindrance = hindrance(roster, seen, soft);
        if (hindrance != null) {
            return new RosterAct.Wait(hindrance);
        }
        Set<ManagerId> remaining = remaining(roster, change.manager().id());
        if (remaining.isEmpty() || seen.well(remaining, limits) < Tolerance.majority(remaining.size())) {
            return new RosterAct.Wait("a majority of those that stay to answer and to have caught up");
        }
        if (change.manager().id().equals(seen.self())) {
            return remaining.stream()
                    .filter(other -> seen.isWell(other, limits))
                    .min(Comparator.comparingLong((ManagerId other) -> behind(seen, other))
                            .thenComparing(Comparator.naturalOrder()))
                    .<RosterAct>map(RosterAct.Transfer::new)
                    .orElseGet(() -> new RosterAct.Wait("another member that can lead"));
        }
        return new RosterAct.Remove(change.manager().id());
    }

    private static long behind(GroupSighting seen, ManagerId other) {
        MemberProgress progress = seen.others().get(other);
        return progress == null ? Long.MAX_VALUE : progress.behindEntries();
    }

    /** What keeps Raft from being asked now, or null. */
    private static @Nullable String hindrance(ManagerRoster roster, GroupSighting seen, Soft soft) {
        if (seen.changing()) {
            return "a configuration of the manager group to be committed";
        }
        if (soft.isAsking() || seen.staged() != null) {
            return seen.staged() == null ? "Raft" : "the new member to catch up";
        }
        return seen.voters().equals(roster.memberIds())
                ? null
                : "the voters of the manager group to be those in the books";
    }

    static Set<ManagerId> remaining(ManagerRoster roster, ManagerId without) {
        Set<ManagerId> remaining = new TreeSet<>(roster.memberIds());
        remaining.remove(without);
        return remaining;
    }
}
