package io.ringkv.raft;

import java.util.Objects;
import java.util.Set;

/**
 * What the division of a group says of itself at one moment.
 *
 * <p>Read in this order, which the read barrier relies on: division; term; life cycle; role and readiness; term again
 * ({@code settled}: it was still the same); commit index; voters. A division that was taken away meanwhile is no longer
 * RUNNING, so a reference kept too long cannot answer as if it were alive.
 *
 * @param running the life cycle is RUNNING. The role is not enough: a closed division still calls itself leader
 *     (Ratis: {@code RoleInfo} is not reset by {@code RaftServerImpl#close})
 * @param lifeCycle name of the life cycle, for people
 * @param role name of the role, for people
 * @param term current term
 * @param leader it believes that it leads in that term
 * @param ready it has applied the first entry of that term
 * @param settled the term did not change while this state was read
 * @param commitIndex last committed index known here
 * @param voters ids of the voters of the newest configuration; the same object as long as the configuration is the same
 * @param previousVoters ids of the outgoing voters while a change is under way, else empty
 * @param configurationIndex index of the newest configuration, -1 when it is not from the log
 * @param leaderHint id of the leader as far as known here, 0 = unknown
 */
public record DivisionState(
        boolean running,
        String lifeCycle,
        String role,
        long term,
        boolean leader,
        boolean ready,
        boolean settled,
        long commitIndex,
        Set<Long> voters,
        Set<Long> previousVoters,
        long configurationIndex,
        long leaderHint) {
    /** State of a division that does not exist. */
    public static final DivisionState ABSENT =
            new DivisionState(false, "ABSENT", "NONE", 0, false, false, true, -1, Set.of(), Set.of(), -1, 0);

    /** Checks that nothing is missing. */
    public DivisionState {
        Objects.requireNonNull(lifeCycle, "lifeCycle");
        Objects.requireNonNull(role, "role");
        voters = Set.copyOf(voters);
        previousVoters = Set.copyOf(previousVoters);
    }

    /** Whether the newest configuration is committed, as far as is known here. */
    public boolean configurationCommitted() {
        return configurationIndex >= 0 && commitIndex >= configurationIndex;
    }

    /** Whether it has closed and will stay so. */
    public boolean closed() {
        return lifeCycle.equals("CLOSED") || lifeCycle.equals("EXCEPTION");
    }
}
