package io.ringkv.server.replica;

import org.jspecify.annotations.Nullable;

/**
 * What the host is doing about a replica: at most one thing at a time.
 *
 * <p>Thread-safe.
 */
final class ReplicaCondition {
    /** Where a replica stands with its host. */
    enum Phase {
        /** It is being opened, or opened anew. */
        OPENING,
        /** Its division was opened; the division itself says how it fares. */
        OPEN,
        /** It could not be opened, and is tried again. */
        WAITING,
        /** It stays closed until the server is started anew. */
        QUARANTINED,
        /** What it had is gone. */
        LOST,
        /** It is being deleted, for good. */
        REMOVING,
        /** The server stops. */
        STOPPED
    }

    private Phase phase = Phase.OPENING;
    private String trouble = "";
    private long closedAt = SupervisorRules.NEVER;
    private boolean busy;
    private boolean failureHandled;
    private boolean failureJudged;
    private long failedAt = SupervisorRules.NEVER;
    private int rebuilds;
    private int openFailures;
    private int waitTicks;

    /** Claims the replica for some work; false when other work is being done. Whoever claims releases. */
    synchronized boolean claim() {
        if (busy || phase == Phase.STOPPED) {
            return false;
        }
        busy = true;
        return true;
    }

    synchronized void release() {
        busy = false;
    }

    synchronized Phase phase() {
        return phase;
    }

    /** Why it does not serve; empty when nothing is known to be wrong. */
    synchronized String trouble() {
        return trouble;
    }

    synchronized void enter(Phase newPhase, String newTrouble) {
        boolean mayChange = phase != Phase.STOPPED && (phase != Phase.REMOVING || newPhase == Phase.STOPPED);
        if (mayChange) {
            phase = newPhase;
            trouble = newTrouble;
        }
        if (newPhase == Phase.OPENING) {
            failureHandled = false;
            failureJudged = false;
        }
    }

    /** It was opened. */
    synchronized void enterOpen() {
        openFailures = 0;
        enter(Phase.OPEN, "");
    }

    /** Notes that it could not be opened; returns how often in a row. */
    synchronized int openFailed() {
        return ++openFailures;
    }

    /** It is tried again after so many ticks. */
    synchronized void waitTicks(int ticks, String newTrouble) {
        waitTicks = ticks;
        enter(Phase.WAITING, newTrouble);
    }

    /** One tick passed; true when it is time to try again. */
    synchronized boolean tickWaiting() {
        return phase == Phase.WAITING && --waitTicks <= 0;
    }

    /** Notes a closure nobody asked for, and says what is to be done. */
    synchronized SupervisorRules.Action closedAt(long appliedIndex) {
        SupervisorRules.Action action = SupervisorRules.onClosed(appliedIndex, closedAt);
        closedAt = appliedIndex;
        return action;
    }

    /**
     * Whether a failed state is to be made anew; the same answer until the replica is opened again.
     *
     * @param appliedIndex where it failed
     */
    synchronized boolean mayRebuild(long appliedIndex) {
        if (!failureJudged) {
            failureJudged = true;
            rebuilds = SupervisorRules.rebuildsOnFailure(appliedIndex, failedAt, rebuilds);
            failedAt = Math.max(failedAt, appliedIndex);
        }
        return rebuilds <= SupervisorRules.MOST_REBUILDS;
    }

    /** True for the first who asks since the replica was opened. */
    synchronized boolean handleFailureOnce(@Nullable String failure) {
        if (failure == null || failureHandled) {
            return false;
        }
        failureHandled = true;
        return true;
    }
}
