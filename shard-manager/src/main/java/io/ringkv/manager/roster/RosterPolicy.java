package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether the manager changes its own members by itself, and how.
 *
 * <p>Goals: a member that is down is replaced by a standby, so that the role of the manager passes on as long as anybody is
 * left to take it; and never does a change by these rules make the group survive fewer losses than before.
 *
 * <p>Constraints: one change at a time; a majority of those that stay must answer.
 *
 * <p>Algorithm: the dead one goes first, then the standby comes. Of an odd number of members both orders survive equally
 * many losses on the way, but after an addition first one more untried member counts for the majority; if it failed, too,
 * none would be left. Without a standby the dead stay in the books as long as their removal gains nothing: see {@link
 * Tolerance#isShrinkingAGain}.
 */
public final class RosterPolicy {

    private final RosterLimits limits;

    /** A policy by these limits. */
    public RosterPolicy(RosterLimits limits) {
        this.limits = limits;
    }

    /**
     * A change that is proposed.
     *
     * @param manager whom it is about
     * @param addition or else removal
     * @param reason why, for people
     */
    public record Wish(ManagerRecord manager, boolean addition, String reason) {}

    /**
     * The change that is called for; null if none is.
     *
     * @param seen the group, seen by its leader
     * @param silence for how long members have been silent
     * @param isReady whether a standby is heard and may be tried
     */
    public @Nullable Wish next(
            ManagerRoster roster, @Nullable GroupSighting seen, SilenceWatch silence, Predicate<ManagerId> isReady) {
        if (roster.change() != null || seen == null || !seen.leadsReady() || seen.changing()) {
            return null;
        }
        ManagerRecord ready = roster.standbys().stream()
                .filter(standby -> isReady.test(standby.id()))
                .findFirst()
                .orElse(null);
        List<ManagerRecord> down = down(roster, silence);
        if (!down.isEmpty()) {
            return withoutOne(roster, seen, down, ready);
        }
        if (ready != null && roster.members().size() < roster.wanted()) {
            return new Wish(
                    ready,
                    true,
                    roster.members().size() + " of " + roster.wanted() + " members, and " + ready.label()
                            + " stands by");
        }
        return null;
    }

    private @Nullable Wish withoutOne(
            ManagerRoster roster, GroupSighting seen, List<ManagerRecord> down, @Nullable ManagerRecord ready) {
        int members = roster.members().size();
        int alive = members - down.size();
        ManagerRecord successor = members <= roster.wanted() ? ready : null;
        if (successor == null && !Tolerance.isShrinkingAGain(members, alive)) {
            return null;
        }
        ManagerRecord dead = down.get(0);
        Set<ManagerId> remaining = RosterDriver.remaining(roster, dead.id());
        if (seen.well(remaining, limits) < Tolerance.majority(remaining.size())) {
            return null;
        }
        String gain = successor == null
                ? "; without the dead the others survive more losses"
                : "; standby " + successor.label() + " takes its place";
        return new Wish(dead, false, "silent for " + limits.replaceAfterMillis() + " ms" + gain);
    }

    /** Members that have been silent long enough, by id. */
    public List<ManagerRecord> down(ManagerRoster roster, SilenceWatch silence) {
        return roster.members().stream()
                .filter(member -> silence.silentMillis(member.id()) >= limits.replaceAfterMillis())
                .toList();
    }
}
