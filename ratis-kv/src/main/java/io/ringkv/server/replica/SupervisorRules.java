package io.ringkv.server.replica;

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
     * Decides.
     *
     * @param closedAt applied index when it closed, or could not be opened
     * @param closedAtBefore the same of the closure before; {@link #NEVER} if there was none
     */
    static Action onClosed(long closedAt, long closedAtBefore) {
        return closedAtBefore != NEVER && closedAt <= closedAtBefore ? Action.QUARANTINE : Action.RESTORE;
    }
}
