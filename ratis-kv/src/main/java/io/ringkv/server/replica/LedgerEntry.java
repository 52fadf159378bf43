package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;
import java.util.Objects;

/**
 * What a server must never forget about a replica it hosts or hosted: one life of a shard on this server.
 *
 * @param shard number of the shard
 * @param group the Raft group of this life
 * @param incarnation which life of the shard
 * @param state what this server is to the group
 * @param replicaEpoch highest replica epoch accepted in an instruction
 * @param managerTerm term of the manager that gave it
 * @param range tokens of the shard when it was created; from then on the shard's own log says
 * @param rangeEpoch range epoch when it was created
 * @param level log level at which it was created
 * @param committedFloor index up to which this replica certainly held committed entries; -1 = none known. A log that ends
 *     below has lost what was acknowledged
 * @param reason why it is LOST; empty else
 */
record LedgerEntry(
        ShardId shard,
        GroupId group,
        int incarnation,
        State state,
        long replicaEpoch,
        long managerTerm,
        TokenRange range,
        long rangeEpoch,
        int level,
        long committedFloor,
        String reason) {
    static final int MAX_REASON_CHARS = 500;

    /** What a server is to a group. */
    enum State {
        /** Its directory is being made; it has never been opened, so it has neither voted nor acknowledged anything. */
        PREPARED(1),
        /** It is, or was, a voter: what it acknowledged counts. */
        MEMBER(2),
        /** It was deleted on instruction. */
        REMOVED(3),
        /** What it acknowledged is gone. It must leave the configuration before it may be prepared again. */
        LOST(4),
        /**
         * Its directory was made for joining, with a term floor and without voters, and is opened. It may be a voter by now,
         * without having noted it here, so it is as precious as that of a member.
         */
        JOINING(5);

        private final int number;

        State(int number) {
            this.number = number;
        }

        /** Number in the file and in reports. */
        int number() {
            return number;
        }

        /**
         * The state with this number.
         *
         * @throws IllegalArgumentException if there is none
         */
        static State ofNumber(int number) {
            for (State state : values()) {
                if (state.number == number) {
                    return state;
                }
            }
            throw new IllegalArgumentException("replica state: " + number + " (expected: 1 to 5)");
        }
    }

    /** Cuts a reason that is too long. */
    LedgerEntry {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(range, "range");
        if (incarnation < 1
                || replicaEpoch < 0
                || managerTerm < 0
                || rangeEpoch < 0
                || level < 1
                || committedFloor < -1) {
            throw new IllegalArgumentException("ledger entry of " + group + ": incarnation " + incarnation
                    + ", replica epoch " + replicaEpoch + ", manager term " + managerTerm + ", range epoch "
                    + rangeEpoch
                    + ", level " + level + ", floor " + committedFloor + " (expected: >= 1, 0, 0, 0, 1, -1)");
        }
        if (reason.length() > MAX_REASON_CHARS) {
            reason = reason.substring(0, MAX_REASON_CHARS);
        }
    }

    LedgerEntry withState(State newState, String newReason) {
        return new LedgerEntry(
                shard,
                group,
                incarnation,
                newState,
                replicaEpoch,
                managerTerm,
                range,
                rangeEpoch,
                level,
                committedFloor,
                newReason);
    }

    /** The same with a floor that is never lowered. */
    LedgerEntry withFloor(long index) {
        return new LedgerEntry(
                shard,
                group,
                incarnation,
                state,
                replicaEpoch,
                managerTerm,
                range,
                rangeEpoch,
                level,
                Math.max(committedFloor, index),
                reason);
    }

    /** The same with an epoch and term that are never lowered. */
    LedgerEntry withEpoch(long epoch, long term) {
        return new LedgerEntry(
                shard,
                group,
                incarnation,
                state,
                Math.max(replicaEpoch, epoch),
                Math.max(managerTerm, term),
                range,
                rangeEpoch,
                level,
                committedFloor,
                reason);
    }
}
