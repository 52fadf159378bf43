package io.ringkv.manager.state;

import io.ringkv.common.id.ManagerId;
import java.util.Objects;

/**
 * An entry of the manager's log.
 *
 * @param level level of the state by which it was made
 * @param wallMillis time of day at the proposer, for people
 * @param proposer who proposed it
 * @param decidedInTerm Raft term in which the leader decided; 0 for a command that holds whoever leads
 * @param expectedRingEpoch ring epoch for which it was planned: at another one it changes nothing; 0 for any
 * @param command what is to be done
 */
public record LoggedCommand(
        int level,
        long wallMillis,
        ManagerId proposer,
        long decidedInTerm,
        long expectedRingEpoch,
        ClusterCommand command) {

    /** An entry that holds at any ring epoch. */
    public LoggedCommand(int level, long wallMillis, ManagerId proposer, long decidedInTerm, ClusterCommand command) {
        this(level, wallMillis, proposer, decidedInTerm, 0, command);
    }

    /** @throws IllegalArgumentException if a leader's decision has no term, or another command has one */
    public LoggedCommand {
        Objects.requireNonNull(proposer, "proposer");
        Objects.requireNonNull(command, "command");
        if (command.isLeadersDecision() != decidedInTerm > 0) {
            throw new IllegalArgumentException("term: " + decidedInTerm + " (expected: "
                    + (command.isLeadersDecision() ? "1 or more" : "0") + " for "
                    + command.getClass().getSimpleName() + ")");
        }
    }
}
