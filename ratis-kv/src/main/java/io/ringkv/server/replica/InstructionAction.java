package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.rpc.Instruction;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one kind of instruction. Called on a control thread, for one instruction about a group at a time; may wait for
 * the disk, not for others.
 */
@FunctionalInterface
interface InstructionAction {
    /** There is nothing more to wait for. */
    CompletableFuture<Boolean> OBEYED = CompletableFuture.completedFuture(true);

    /** Nothing was done, because nothing can be done now or here. */
    CompletableFuture<Boolean> LEFT = CompletableFuture.completedFuture(false);

    /**
     * An instruction.
     *
     * @param managerTerm term of the manager it came from
     * @param group what it is about
     * @param known what the ledger says of the group, or null
     * @param message as it came
     */
    record Order(long managerTerm, GroupId group, @Nullable LedgerEntry known, Instruction message) {
        long epoch() {
            return message.getReplicaEpoch();
        }

        long operation() {
            return message.getOperation();
        }
    }

    /**
     * Obeys.
     *
     * @return completes when the next instruction about the group may be obeyed: true if this one was, or was done already
     * @throws RefusedException if it must not be obeyed
     */
    CompletableFuture<Boolean> act(Order order) throws RefusedException, IOException;
}
