package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What Raft does to a configuration, without Raft: a change is staged, then appended by the leader of a term, then committed;
 * a leader that falls takes what is staged with it, and what is appended lives on or not, as chance will have it.
 */
final class ModelGroup {

    private final Random random;
    private final Set<ManagerId> alive = new TreeSet<>();
    private Set<ManagerId> committed;
    private @Nullable Set<ManagerId> appended;
    private @Nullable ManagerId staged;
    private @Nullable ManagerId leader;
    private long term = 1;
    private boolean isReady;

    ModelGroup(Random random, Set<ManagerId> members, Set<ManagerId> alive) {
        this.random = random;
        this.committed = new TreeSet<>(members);
        this.alive.addAll(alive);
    }

    Set<ManagerId> committed() {
        return committed;
    }

    /** Everybody who may count for a majority now. */
    Set<ManagerId> voters() {
        return appended == null ? committed : appended;
    }

    Set<ManagerId> alive() {
        return alive;
    }

    long term() {
        return term;
    }

    @Nullable
    ManagerId leader() {
        return leader;
    }

    boolean hasMajority(Set<ManagerId> voters) {
        return 2 * voters.stream().filter(alive::contains).count() > voters.size();
    }

    void die(ManagerId member) {
        alive.remove(member);
        if (member.equals(leader) || !hasMajority(committed) || !hasMajority(voters())) {
            fall();
        }
    }

    void live(ManagerId member) {
        alive.add(member);
    }

    /** The leader is one no more. */
    void fall() {
        leader = null;
        isReady = false;
        staged = null;
    }

    /** One step of time: an election, readiness, or progress of a change. */
    void go() {
        if (leader == null) {
            elect();
        } else if (!isReady) {
            isReady = true;
        } else if (staged != null && alive.contains(staged)) {
            Set<ManagerId> with = new TreeSet<>(committed);
            with.add(staged);
            staged = null;
            appended = with;
        } else if (appended != null && hasMajority(appended) && hasMajority(committed)) {
            committed = appended;
            appended = null;
        }
    }

    private void elect() {
        if (appended != null && random.nextBoolean()) {
            // The new leader does not have the entry, and it goes.
            appended = null;
        }
        Set<ManagerId> voters = voters();
        List<ManagerId> able = new ArrayList<>(voters.stream()
                .filter(alive::contains)
                .filter(committed::contains)
                .toList());
        if (hasMajority(voters) && hasMajority(committed) && !able.isEmpty()) {
            leader = able.get(random.nextInt(able.size()));
            term++;
            isReady = false;
        }
    }

    void hand(ManagerId to) {
        if (alive.contains(to) && staged == null && appended == null) {
            leader = to;
            term++;
            isReady = false;
        }
    }

    /** A request of this term's leader, which may also arrive late. */
    void add(ManagerId member, long requestTerm, Set<ManagerId> expected) {
        if (isRightful(requestTerm, expected)) {
            staged = member;
        }
    }

    void remove(ManagerId member, long requestTerm, Set<ManagerId> expected) {
        if (isRightful(requestTerm, expected) && !member.equals(leader)) {
            Set<ManagerId> without = new TreeSet<>(committed);
            without.remove(member);
            appended = without;
        }
    }

    private boolean isRightful(long requestTerm, Set<ManagerId> expected) {
        return leader != null
                && isReady
                && requestTerm == term
                && staged == null
                && appended == null
                && committed.equals(expected);
    }

    @Nullable
    GroupSighting sighting() {
        if (leader == null) {
            return null;
        }
        Map<ManagerId, MemberProgress> others = new TreeMap<>();
        for (ManagerId voter : voters()) {
            if (!voter.equals(leader)) {
                others.put(voter, new MemberProgress(alive.contains(voter) ? 100 : 60_000, 0));
            }
        }
        return new GroupSighting(isReady, term, leader, voters(), appended != null, staged, others);
    }
}
