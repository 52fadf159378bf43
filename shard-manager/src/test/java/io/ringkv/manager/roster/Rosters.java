package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Ready-made rosters and sightings for tests; ids are small numbers. */
final class Rosters {

    static final RosterLimits LIMITS = new RosterLimits(10_000, 30_000, 1_000, 1_000, 5_000);

    private Rosters() {}

    static ManagerId id(int number) {
        return new ManagerId(number);
    }

    static ManagerRecord record(int number) {
        return new ManagerRecord(
                id(number), "m" + number, "h" + number + ":1", "h" + number + ":2", "h" + number + ":3");
    }

    static List<ManagerRecord> records(int... numbers) {
        return Arrays.stream(numbers).mapToObj(Rosters::record).toList();
    }

    static ManagerRoster of(List<ManagerRecord> members, List<ManagerRecord> standbys, @Nullable ManagerChange change) {
        return new ManagerRoster(
                members, standbys, members.size(), change == null ? 0 : change.number(), change, List.of());
    }

    static ManagerRoster m123(int... standbys) {
        return of(records(1, 2, 3), records(standbys), null);
    }

    static ManagerChange adding(int number) {
        return ManagerChange.begin(1, true, record(number), true, "test");
    }

    static ManagerChange removing(int number) {
        return ManagerChange.begin(1, false, record(number), true, "test");
    }

    /** Seen by the first voter; all others are well. */
    static GroupSighting seen(int... voters) {
        Set<ManagerId> ids = new TreeSet<>();
        Map<ManagerId, MemberProgress> others = new TreeMap<>();
        for (int voter : voters) {
            ids.add(id(voter));
            if (voter != voters[0]) {
                others.put(id(voter), new MemberProgress(100, 0));
            }
        }
        return new GroupSighting(true, 7, id(voters[0]), ids, false, null, others);
    }

    static GroupSighting withSilent(GroupSighting seen, int... silent) {
        Map<ManagerId, MemberProgress> others = new TreeMap<>(seen.others());
        for (int number : silent) {
            others.put(id(number), new MemberProgress(60_000, 0));
        }
        return new GroupSighting(
                seen.leadsReady(), seen.term(), seen.self(), seen.voters(), seen.changing(), seen.staged(), others);
    }

    static GroupSighting changing(GroupSighting seen) {
        return new GroupSighting(
                seen.leadsReady(), seen.term(), seen.self(), seen.voters(), true, seen.staged(), seen.others());
    }

    static GroupSighting staging(GroupSighting seen, int number) {
        return new GroupSighting(
                seen.leadsReady(), seen.term(), seen.self(), seen.voters(), seen.changing(), id(number), seen.others());
    }

    static GroupSighting notReady(GroupSighting seen) {
        return new GroupSighting(
                false, seen.term(), seen.self(), seen.voters(), seen.changing(), seen.staged(), seen.others());
    }
}
