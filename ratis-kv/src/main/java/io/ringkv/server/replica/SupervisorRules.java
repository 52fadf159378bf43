package io.ringkv.server.replica;

import java.util.Set;

/**
 * What is done about a division that closed by itself. Pure.
 *
 * <p>Ratis closes a division for ever on an error it cannot handle (Ratis: {@code StateMachineUpdater#run}, {@code
 * SegmentedRaftLogWorker#run}); often opening it anew cures it. One that closes again without having come any further would
 * do so for ever: it stays closed, with an alarm, until the server is started anew.
 */
final class SupervisorRules {
    /** No closure has been seen. */
    static final long NEVER = Long.MIN_VALUE;

    /** What is done. */
    enum Action {
        /** Open it anew. */
        RESTORE,
        /** Leave it closed and raise an alarm. */
        QUARANTINE
    }

    private SupervisorRules() {}

    /**
     * Whether a leader sends its log to all other voters. One may be forgotten: a follower whose appender fails while it is only
     * being caught up gets no other one, yet becomes a voter (Ratis: {@code LeaderStateImpl#restart}, {@code #checkStaging}).
     * The next leader knows it again.
     *
     * @param voters voters of the newest configuration
     * @param self the leader
     * @param followers whom it sends its log
     */
    static boolean sendsToAll(Set<Long> voters, long self, Set<Long> followers) {
        return voters.stream().allMatch(voter -> voter == self || followers.contains(voter));
    }

    /**
     * Decides.
     *
     * @param closedAt applied index when it closed, or could not be opened
     * @param closedAtBefore the same of the closure before; {@link #NEVER} if there was none
     */
    static Action onClosed(long closedAt, long closedAtBefore) {
        return closedAtBefore != NEVER && closedAt <= closedAtBefore ? Action.QUARANTINE : Action.RESTORE;
    }
}
