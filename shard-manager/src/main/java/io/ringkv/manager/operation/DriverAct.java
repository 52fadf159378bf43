package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import org.jspecify.annotations.Nullable;

/** What is to be done next for an operation. */
public sealed interface DriverAct {

    /** What it waits for, for people; empty when it does not wait. */
    default String waitsFor() {
        return "";
    }

    /**
     * Nothing now.
     *
     * @param waitsFor what for
     */
    record Wait(String waitsFor) implements DriverAct {}

    /**
     * A server is to be told something, as often as it reports.
     *
     * @param server which
     * @param epoch replica epoch of the instruction
     * @param instruction what
     * @param waitsFor what will show that it was done
     */
    record Instruct(ServerId server, long epoch, ReplicaInstruction instruction, String waitsFor)
            implements DriverAct {}

    /**
     * The present step is over.
     *
     * @param facts committed configuration that shows it; null where the step needs none
     */
    record Advance(@Nullable VoterConfiguration facts) implements DriverAct {}

    /**
     * The operation is to be undone, or its undoing needs another fence.
     *
     * @param goal what then
     * @param cause why, for people
     * @param epochSeen highest replica epoch seen; the next fence is above it
     */
    record Undo(UndoGoal goal, String cause, long epochSeen) implements DriverAct {}
}
