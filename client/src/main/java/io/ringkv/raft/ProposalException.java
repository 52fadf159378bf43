package io.ringkv.raft;

import java.util.Objects;

/**
 * A proposal was refused, or its fate is unknown. Carries no stack trace: it is thrown under load.
 *
 * <p>Whether the entry may be in a log is <em>not</em> read off the type of Ratis' exception, because the same types
 * stand for both: {@code NotLeaderException} is answered before the append (Ratis: {@code
 * RaftServerImpl#checkLeaderState}) and for entries appended by a leader that stepped down ({@code
 * PendingRequests#sendNotLeaderResponses}) or whose tail was cut ({@code RaftServerImpl#notifyTruncatedLogEntry});
 * {@code ResourceUnavailableException} before the append, and after it when the leader stopped meanwhile ({@code
 * RaftServerImpl#appendTransaction}, "add a pending write request"). It is decided by whether the state machine was
 * asked to prepare the append, which the log does under its own lock right before it appends ({@code
 * RaftLogBase#appendImpl}).
 */
public final class ProposalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a proposal did not succeed. */
    public enum Reason {
        /** This replica does not lead. */
        NOT_LEADER,
        /** This replica leads, but has not applied the first entry of its term. */
        NOT_READY,
        /** The leader is handing its leadership over and takes no writes meanwhile. */
        STEPPING_DOWN,
        /** Too many proposals are pending. */
        OVERLOADED,
        /** The entry is larger than the log takes. */
        TOO_LARGE,
        /** The division is starting, paused or closed. */
        NOT_RUNNING,
        /** The replica's state machine has failed. */
        REPLICA_FAILED,
        /** Anything else. */
        OTHER
    }

    private final Reason reason;
    private final boolean notAppended;
    private final long leaderHint;

    /**
     * @param notAppended true when the entry certainly is in no log and never will be
     * @param leaderHint id of the leader, 0 when unknown
     */
    public ProposalException(Reason reason, boolean notAppended, long leaderHint, String message) {
        super(message, null, false, false);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.notAppended = notAppended;
        this.leaderHint = leaderHint;
    }

    public Reason reason() {
        return reason;
    }

    /** Whether the entry certainly is in no log and never will be; else its fate is unknown. */
    public boolean notAppended() {
        return notAppended;
    }

    /** Id of the member that leads, as far as known; 0 = unknown. */
    public long leaderHint() {
        return leaderHint;
    }
}
