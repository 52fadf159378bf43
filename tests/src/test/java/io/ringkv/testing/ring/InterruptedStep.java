package io.ringkv.testing.ring;

import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.Instruction.ActionCase;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import org.jspecify.annotations.Nullable;

/** A step at which a move is caught, in the order in which it goes through them. */
enum InterruptedStep {
    TRANSFER(ActionCase.TRANSFER_LEADER, false),
    FENCE_ADD(ActionCase.FENCE, false),
    PREPARE(ActionCase.PREPARE, false),
    ADD(ActionCase.ADD_VOTER, false),
    TRANSFER_AWAY(ActionCase.TRANSFER_LEADER, true),
    FENCE_REMOVE(ActionCase.FENCE, true),
    REMOVE(ActionCase.REMOVE_VOTER, true),
    CLEAN(ActionCase.CLEAN, true),
    /** Of a move that is cancelled when its target is about to be added. */
    UNDO_FENCE(ActionCase.FENCE, false);

    private final ActionCase action;
    private final boolean isAfterAddition;

    InterruptedStep(ActionCase action, boolean isAfterAddition) {
        this.action = action;
        this.isAfterAddition = isAfterAddition;
    }

    /** Whether the instruction is the one that this step gives. */
    boolean gives(Instruction instruction, boolean hasAddition) {
        // Deletions do not name their operation.
        return instruction.getActionCase() == action && (action == ActionCase.CLEAN || hasAddition == isAfterAddition);
    }

    /** Whether reports show that the instruction of this step was carried out. */
    boolean isCarriedOut(Gate gate, int shard, Instruction instruction, long source, long target) {
        long leading = gate.leader(shard);
        ReplicaReport leader = gate.report(leading, shard);
        if (leader == null) {
            return false;
        }
        return switch (this) {
            case TRANSFER, TRANSFER_AWAY ->
                leading == instruction.getTransferLeader().getTarget();
            case FENCE_ADD, FENCE_REMOVE, UNDO_FENCE ->
                leader.getFenceOperation() == instruction.getOperation()
                        && leader.getReplicaEpoch() == instruction.getReplicaEpoch();
            case PREPARE -> gate.hasInLedger(target, shard, LedgerState.LEDGER_STATE_PREPARED);
            case ADD -> isSettled(leader) && leader.getVotersList().contains(target);
            case REMOVE -> isSettled(leader) && !leader.getVotersList().contains(source);
            case CLEAN -> isCleaned(gate.report(source, shard));
        };
    }

    private static boolean isSettled(ReplicaReport leader) {
        return leader.getConfigurationCommitted() && !leader.getConfigurationTransitional();
    }

    private static boolean isCleaned(@Nullable ReplicaReport source) {
        return source != null
                && source.getLedgerState() == LedgerState.LEDGER_STATE_REMOVED
                && source.getLifeCycle().equals("ABSENT");
    }
}
