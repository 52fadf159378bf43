package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The manager group as its leader sees it at one instant.
 *
 * @param leadsReady it leads, and has applied the first entry of its term
 * @param term its term
 * @param self the leader
 * @param voters of the newest configuration
 * @param changing that configuration is transitional, or not committed yet
 * @param staged who is being caught up before it becomes a voter; null if nobody
 * @param others by id, how far those are whom it sends its log
 */
public record GroupSighting(
        boolean leadsReady,
        long term,
        ManagerId self,
        Set<ManagerId> voters,
        boolean changing,
        @Nullable ManagerId staged,
        Map<ManagerId, MemberProgress> others) {

    /** Keeps copies. */
    public GroupSighting {
        Objects.requireNonNull(self, "self");
        voters = Collections.unmodifiableSet(new TreeSet<>(voters));
        others = Collections.unmodifiableMap(new TreeMap<>(others));
    }

    /** Whether a voter answers, and has nearly all that is committed. The leader itself always does. */
    public boolean isWell(ManagerId voter, RosterLimits limits) {
        MemberProgress progress = others.get(voter);
        return voter.equals(self)
                || (progress != null
                        && progress.silentMillis() < limits.silentMillis()
                        && progress.behindEntries() < limits.behindEntries());
    }

    /** How many of these are well. */
    public int well(Set<ManagerId> wanted, RosterLimits limits) {
        return (int) wanted.stream().filter(voter -> isWell(voter, limits)).count();
    }
}
