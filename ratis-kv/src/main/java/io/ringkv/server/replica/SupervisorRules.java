package io.ringkv.server.replica;

import java.util.Set;

/**
 * What is done about a division that closed by itself, and about a state that failed. Pure.
 *
 * <p>Ratis closes a division for ever on an error it cannot handle (Ratis: {@code StateMachineUpdater#run}, {@code
 * SegmentedRaftLogWorker#run}); often opening it anew cures it. One that closes again without having come any further would
 * do so for ever: it stays closed, with an alarm, until the server is started anew.
 *
 * <p>A state whose store was found damaged is made anew from snapshot and log, which are the truth. If that did not help, a few
 * times at the same position, or if it failed at an entry that it could not apply, the replica stays as it is, keeps its
 * log, votes, and does not lead.
 */
final class SupervisorRules {
    /** No closure has been seen. */
    static final long NEVER = Long.MIN_VALUE;

    /** So often a state is made anew without having come any further. */
    static final int MOST_REBUILDS = 2;

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

    /**
     * How often a state that has failed now was made anew, this time included.
     *
     * @param failedAt applied index when it failed
     * @param failedAtBefore the same of the failure before; {@link #NEVER} if there was none
     * @param rebuilds how often it was made anew until then
     */
    static int rebuildsOnFailure(long failedAt, long failedAtBefore, int rebuilds) {
        boolean cameFurther = failedAtBefore == NEVER || failedAt > failedAtBefore;
        return cameFurther ? 1 : rebuilds + 1;
    }
}
