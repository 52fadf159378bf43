package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the Raft division of a replica says of itself at one moment.
 *
 * <p>Read in this order, which the barrier relies on: life cycle; term; role and readiness; term again ({@code
 * settled} says whether it was still the same); commit index; voters.
 *
 * @param running the division exists and its life cycle is RUNNING
 * @param lifeCycle name of the life cycle, for people
 * @param term current Raft term
 * @param leader this replica believes that it leads in that term
 * @param ready it has applied the start-up entry of that term
 * @param settled the term did not change while this view was read
 * @param commitIndex last committed index known here
 * @param voters voters of the newest configuration
 * @param previousVoters voters of the outgoing configuration while a change is under way, else empty
 * @param leaderHint who leads, as far as is known here
 */
public record DivisionView(
        boolean running,
        String lifeCycle,
        long term,
        boolean leader,
        boolean ready,
        boolean settled,
        long commitIndex,
        Set<ServerId> voters,
        Set<ServerId> previousVoters,
        @Nullable ServerId leaderHint) {
    public DivisionView {
        voters = Set.copyOf(voters);
        previousVoters = Set.copyOf(previousVoters);
    }

    /** Whether writes may be proposed and reads confirmed here. */
    public boolean serving() {
        return running && leader && ready && settled;
    }
}
