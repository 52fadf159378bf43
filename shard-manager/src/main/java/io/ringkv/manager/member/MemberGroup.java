package io.ringkv.manager.member;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.roster.GroupSighting;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The Raft group of the managers, as the member in this process can look at it and change it. Safe for use by any thread;
 * nothing waits.
 */
public interface MemberGroup {

    /** The group at this instant; null while it is not open here. */
    @Nullable
    GroupSighting sighting();

    /** Hands leadership to another member. */
    CompletionStage<Void> transferLeadership(ManagerId to);

    /**
     * Takes in one voter, if the present voters are exactly those expected. Completes when that is committed; may take for
     * ever while the new one cannot be reached.
     */
    CompletionStage<Void> addVoter(ManagerRecord manager, Set<ManagerId> expected);

    /** Goes on without one voter, if the present voters are exactly those expected. */
    CompletionStage<Void> removeVoter(ManagerId manager, Set<ManagerId> expected);

    /** Stops leading without naming a successor: this also ends a change that is only staged. */
    CompletionStage<Void> stepDown();
}
