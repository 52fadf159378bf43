package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a shard is fit for a change of one voter, by what its leader reports. Pure.
 *
 * <p>Fit means: the leader's voters are the published ones, committed and not in transition; nobody is being caught up; every
 * voter that is to remain and is not known to be dead has answered lately and lacks little; and those that have are a majority
 * of the voters after the change.
 *
 * <p><b>Why the dead may be left out.</b> Two fears are to be kept apart.
 *
 * <ul>
 *   <li><i>Two majorities decide.</i> Whoever answers has no part in this. Sets before and after differ by one voter, so any
 *       majority of the one and any of the other have a voter in common; and the entry that changes them is committed by
 *       majorities of both. A dead voter that returns with older sets can be elected only by a majority of such a set, and in
 *       each there is a voter that holds the entry, whose log is therefore newer than that of the dead one. The next change
 *       begins only when this one is committed, so the same holds for each link of a chain of changes, however many voters are
 *       dead.
 *   <li><i>No majority is left.</i> This is what those who answer are counted for: they are a majority of the set after the
 *       change by themselves. In an addition the one who comes does not count, so that the shard goes on if it dies again at
 *       once; but where nobody is dead it has to, or one voter would never become two.
 * </ul>
 *
 * <p>Dead is a voter whose server is DOWN or was removed, or has lost the files of the replica: it cannot answer until it has
 * left, so to wait for it is to wait for ever. A voter that is merely silent is waited for: it may be about to return, and
 * nothing is lost by that.
 *
 * <p>Example, five voters of which two are dead: one of the dead may be removed, as the three that answer are a majority of
 * four; then a new one added, as three are a majority of five; then the other one replaced alike. Three voters of which one
 * is dead: none may be added, as two are no majority of four; the dead one has to go first. An addition that has not begun
 * gives way to that ({@link #deadForbidAddition}).
 */
final class VoterFitness {

    private final ShardBooks books;
    private final ShardObservation seen;
    private final DriverLimits limits;

    VoterFitness(ShardBooks books, ShardObservation seen, DriverLimits limits) {
        this.books = books;
        this.seen = seen;
        this.limits = limits;
    }

    /** Whether the leader's newest voters are the published ones. */
    boolean isAsPublished(LeaderSighting leader) {
        return Set.copyOf(leader.configuration().voters()).equals(Set.copyOf(books.voters()));
    }

    /** What an addition waits for, for people; null if it may begin. */
    @Nullable
    String flawOfAddition(LeaderSighting leader) {
        return flaw(leader, books.voters(), books.voters().size() + 1);
    }

    /** What the removal of this voter waits for, for people; null if it may begin. */
    @Nullable
    String flawOfRemoval(LeaderSighting leader, @Nullable ServerId leaving) {
        List<ServerId> remaining =
                books.voters().stream().filter(voter -> !voter.equals(leaving)).toList();
        return flaw(leader, remaining, remaining.size());
    }

    private @Nullable String flaw(LeaderSighting leader, List<ServerId> remaining, int votersAfter) {
        if (!leader.isSettled()) {
            return "the configuration to be committed";
        }
        if (!isAsPublished(leader)) {
            return "the voters to be as published";
        }
        if (leader.staged() != null) {
            return "the staging of " + seen.name(leader.staged()) + " to end";
        }
        int answering = 0;
        for (ServerId voter : remaining) {
            String flaw = flawOf(leader, voter);
            if (flaw == null) {
                answering++;
            } else if (!isDead(voter)) {
                return flaw;
            }
        }
        int majority = votersAfter / 2 + 1;
        return answering == remaining.size() || answering >= majority
                ? null
                : "more voters to answer: " + answering + " do, and after the change " + majority + " of " + votersAfter
                        + " are needed";
    }

    /** Whether so many are dead that none can be added, however long it is waited. */
    boolean deadForbidAddition() {
        int voters = books.voters().size();
        long living = books.voters().stream().filter(voter -> !isDead(voter)).count();
        return living < voters && living < (voters + 1) / 2 + 1;
    }

    private boolean isDead(ServerId voter) {
        ReplicaSighting sighting = seen.replicas().get(voter);
        return sighting != null && (sighting.isGone() || sighting.holding() == Holding.LOST);
    }

    /** What keeps this voter from counting, for people; null if nothing does. */
    @Nullable
    String flawOf(LeaderSighting leader, ServerId voter) {
        ReplicaSighting sighting = seen.replicas().get(voter);
        if (sighting != null && sighting.isHeard() && !sighting.failure().isEmpty()) {
            return "the replica at " + seen.name(voter) + " to serve (" + sighting.failure() + ")";
        }
        if (voter.equals(leader.server())) {
            return null;
        }
        FollowerSighting follower = leader.followers().get(voter);
        if (follower == null || follower.silentMillis() >= limits.voterSilentMillis()) {
            return "the replica at " + seen.name(voter) + " to answer its leader";
        }
        return follower.behindEntries() >= limits.voterBehindEntries()
                ? "the replica at " + seen.name(voter) + " to catch up (" + follower.behindEntries() + " entries)"
                : null;
    }
}
