package io.ringkv.server.replica;

import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.Instruction;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys the manager, as far as the ledger and the shards' own logs allow. The manager repeats an instruction until reports show
 * that it was done, so whatever goes wrong here is tried again.
 *
 * <p>Thread-safe. At most one instruction per group is being obeyed; others for it are dropped meanwhile.
 */
final class InstructionDesk {
    private static final Logger LOG = LoggerFactory.getLogger(InstructionDesk.class);

    private final ReplicaLedger ledger;
    private final Map<Instruction.ActionCase, InstructionAction> actions;
    private final InstructionFailures failures;
    private final ReplicaMetrics metrics;
    private final Executor control;
    private final Set<GroupId> underWay = ConcurrentHashMap.newKeySet();

    InstructionDesk(
            ReplicaLedger ledger,
            Map<Instruction.ActionCase, InstructionAction> actions,
            InstructionFailures failures,
            ReplicaMetrics metrics,
            Executor control) {
        this.ledger = ledger;
        this.actions = Map.copyOf(actions);
        this.failures = failures;
        this.metrics = metrics;
        this.control = control;
    }

    /** Obeys, in the background, or refuses. */
    void obey(long managerTerm, Instruction instruction) {
        GroupId group;
        try {
            group = IdMessages.groupId(instruction.getGroupId());
        } catch (RingKvException e) {
            refused(instruction, "it names no group");
            return;
        }
        if (underWay.add(group)) {
            control.execute(() -> {
                CompletableFuture<Void> unused = act(managerTerm, group, instruction)
                        .handle((obeyed, failure) -> {
                            settle(group, instruction, obeyed, failure);
                            return null;
                        });
            });
        }
    }

    private CompletableFuture<Boolean> act(long managerTerm, GroupId group, Instruction instruction) {
        try {
            LedgerEntry known = ledger.entry(group);
            checkFresh(managerTerm, known, instruction);
            InstructionAction action = actions.get(instruction.getActionCase());
            if (action == null) {
                throw new RefusedException("its action is not known to this release");
            }
            return action.act(new InstructionAction.Order(managerTerm, group, known, instruction));
        } catch (RefusedException | IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void checkFresh(long managerTerm, @Nullable LedgerEntry known, Instruction instruction)
            throws RefusedException {
        long accepted = ledger.present().managerTerm();
        if (managerTerm < accepted) {
            throw new RefusedException("manager term " + managerTerm + " is over (obeyed: " + accepted + ")", true);
        }
        if (known != null && instruction.getReplicaEpoch() < known.replicaEpoch()) {
            throw new RefusedException(
                    "replica epoch " + instruction.getReplicaEpoch() + " is over (obeyed: " + known.replicaEpoch()
                            + ")",
                    true);
        }
    }

    /** It is known what came of an instruction: the next one about the group is taken. */
    private void settle(GroupId group, Instruction instruction, @Nullable Boolean obeyed, @Nullable Throwable failure) {
        String refusal = refusalOf(failure);
        if (refusal != null) {
            if (!isStale(failure)) {
                failures.note(group, instruction.getActionCase() + " was refused: " + refusal);
            }
        } else if (failure != null) {
            failures.note(group, instruction.getActionCase() + " failed: " + failure);
            LOG.error(
                    "event=instruction-failed shard={} action={}",
                    instruction.getShard(),
                    instruction.getActionCase(),
                    failure);
        } else if (Boolean.TRUE.equals(obeyed)) {
            failures.clear(group);
        }
        underWay.remove(group);
        if (refusal != null) {
            refused(instruction, refusal);
        }
    }

    /** Why it was refused; null when it was not, whatever else became of it. */
    private static @Nullable String refusalOf(@Nullable Throwable failure) {
        if (failure instanceof RefusedException || failure instanceof IllegalArgumentException) {
            return String.valueOf(failure.getMessage());
        }
        return null;
    }

    private static boolean isStale(@Nullable Throwable failure) {
        return failure instanceof RefusedException refusal && refusal.stale();
    }

    private void refused(Instruction instruction, String why) {
        metrics.refused();
        LOG.warn(
                "event=instruction-refused shard={} action={} why=\"{}\"",
                instruction.getShard(),
                instruction.getActionCase(),
                why);
    }
}
