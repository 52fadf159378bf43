package io.ringkv.manager.roster;

import io.ringkv.common.shardmap.ManagerRecord;
import java.util.Objects;

/**
 * A change of one member that is under way. Its number is its fence: what is done for it is done only while the applied state
 * of the group's own log holds it.
 *
 * @param number 1, 2, 3, … since the cluster exists
 * @param addition the manager becomes a member; else it is one no more
 * @param manager whom it is about
 * @param isOperators an operator wants it; else the manager's own rules
 * @param reason why, for people
 * @param undoing it is given up: it ends as soon as it is certain whether it took effect
 * @param cause what went wrong, for people; empty if nothing did
 */
public record ManagerChange(
        long number,
        boolean addition,
        ManagerRecord manager,
        boolean isOperators,
        String reason,
        boolean undoing,
        String cause) {

    /** @throws IllegalArgumentException if the number is below 1 */
    public ManagerChange {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(cause, "cause");
        if (number < 1) {
            throw new IllegalArgumentException("number of a change of managers: " + number + " (expected: 1 or more)");
        }
    }

    /** A change that begins. */
    public static ManagerChange begin(
            long number, boolean addition, ManagerRecord manager, boolean isOperators, String reason) {
        return new ManagerChange(number, addition, manager, isOperators, reason, false, "");
    }

    /** The same, given up. */
    public ManagerChange givenUp(String why) {
        return new ManagerChange(number, addition, manager, isOperators, reason, true, why);
    }

    /** The same, with what went wrong. */
    public ManagerChange because(String why) {
        return new ManagerChange(number, addition, manager, isOperators, reason, undoing, why);
    }

    /** In a few words. */
    public String text() {
        return (addition ? "add manager " : "remove manager ") + manager.label();
    }
}
