package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The managers of a cluster. Immutable.
 *
 * @param members voters of the manager group, by id; those of the last committed configuration that is in the books
 * @param standbys managers that are ready to become members, in the order in which they registered
 * @param wanted how many members there should be: as founded, or as operators made it since
 * @param changes number of the last change that was begun; 0 before the first
 * @param change what is under way, or null
 * @param dismissed the youngest of those that operators sent away, oldest first: they do not come back as standbys
 */
public record ManagerRoster(
        List<ManagerRecord> members,
        List<ManagerRecord> standbys,
        int wanted,
        long changes,
        @Nullable ManagerChange change,
        List<ManagerId> dismissed) {

    /** Most members a group may have: each makes every decision wait for more of them. */
    public static final int MEMBERS_MAX = 7;

    /** Most managers that may stand by. */
    public static final int STANDBYS_MAX = 16;

    private static final int DISMISSED_KEPT = 64;

    /** Before the cluster exists. */
    public static final ManagerRoster NONE = new ManagerRoster(List.of(), List.of(), 0, 0, null, List.of());

    /** @throws IllegalArgumentException if somebody is named twice, or a number is negative */
    public ManagerRoster {
        members =
                members.stream().sorted(Comparator.comparing(ManagerRecord::id)).toList();
        standbys = List.copyOf(standbys);
        dismissed = List.copyOf(dismissed);
        long distinct = Stream.concat(members.stream(), standbys.stream())
                .map(ManagerRecord::id)
                .distinct()
                .count();
        if (distinct != members.size() + standbys.size() || wanted < 0 || changes < 0) {
            throw new IllegalArgumentException("managers: " + members + ", standing by " + standbys + ", wanted "
                    + wanted + ", changes " + changes + " (expected: each once, numbers 0 or more)");
        }
    }

    /** The managers of a new cluster. */
    public static ManagerRoster founded(List<ManagerRecord> members) {
        return new ManagerRoster(members, List.of(), members.size(), 0, null, List.of());
    }

    /** Ids of the members. */
    public Set<ManagerId> memberIds() {
        return members.stream().map(ManagerRecord::id).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The member of this id, or null. */
    public @Nullable ManagerRecord member(ManagerId id) {
        return find(members, id);
    }

    /** The standby of this id, or null. */
    public @Nullable ManagerRecord standby(ManagerId id) {
        return find(standbys, id);
    }

    /** The member or standby of this id, or null. */
    public @Nullable ManagerRecord manager(ManagerId id) {
        ManagerRecord member = member(id);
        return member == null ? standby(id) : member;
    }

    private static @Nullable ManagerRecord find(List<ManagerRecord> records, ManagerId id) {
        return records.stream()
                .filter(record -> record.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** Whether a change about this manager is under way. */
    public boolean isChanging(ManagerId id) {
        return change != null && change.manager().id().equals(id);
    }

    /** Whether a member or standby other than this one has the label. */
    public boolean isLabelTaken(String label, ManagerId except) {
        return Stream.concat(members.stream(), standbys.stream())
                .anyMatch(record -> record.label().equals(label) && !record.id().equals(except));
    }

    /** With one more standby, or with a standby that says something new of itself; one at the same address gives way. */
    public ManagerRoster withStandby(ManagerRecord standby) {
        List<ManagerRecord> others = new ArrayList<>(standbys);
        others.removeIf(record ->
                record.id().equals(standby.id()) || record.clientAddress().equals(standby.clientAddress()));
        others.add(standby);
        return new ManagerRoster(members, others, wanted, changes, change, dismissed);
    }

    /** Without a standby that an operator sent away. */
    public ManagerRoster withoutStandby(ManagerId id) {
        return new ManagerRoster(members, without(standbys, id), wanted, changes, change, alsoDismissed(id));
    }

    private static List<ManagerRecord> without(List<ManagerRecord> records, ManagerId id) {
        return records.stream().filter(record -> !record.id().equals(id)).toList();
    }

    private List<ManagerId> alsoDismissed(ManagerId id) {
        List<ManagerId> all = new ArrayList<>(dismissed);
        all.remove(id);
        all.add(id);
        return all.subList(Math.max(0, all.size() - DISMISSED_KEPT), all.size());
    }

    /** After a change has reached this phase. */
    public ManagerRoster after(ManagerChange reached, ChangePhase phase) {
        return switch (phase) {
            case BEGUN, UNDOING ->
                new ManagerRoster(members, standbys, wanted, Math.max(changes, reached.number()), reached, dismissed);
            case FAILED -> new ManagerRoster(members, standbys, wanted, changes, null, dismissed);
            case DONE -> done(reached);
        };
    }

    private ManagerRoster done(ManagerChange reached) {
        ManagerId id = reached.manager().id();
        List<ManagerRecord> left = new ArrayList<>(without(members, id));
        if (reached.addition()) {
            left.add(reached.manager());
        }
        return new ManagerRoster(
                left,
                without(standbys, id),
                reached.isOperators() ? left.size() : wanted,
                changes,
                null,
                !reached.addition() && reached.isOperators() ? alsoDismissed(id) : dismissed);
    }

    /**
     * Whether a manager that has a log of the group, and was made a member last by this change, is certainly none any more.
     * Holds in every state from then on until a change with a higher number makes it one again; so a state that is behind
     * can never send away one that was taken in later.
     *
     * @param preparedBy number of the last change for which the manager was prepared; 0 for a founder
     */
    public boolean isGone(ManagerId id, long preparedBy) {
        return preparedBy <= changes && manager(id) == null && !isChanging(id);
    }
}
