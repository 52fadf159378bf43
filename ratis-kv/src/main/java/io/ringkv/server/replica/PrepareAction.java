package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.rpc.PrepareReplica;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a replica that is to join a shard: without voters, and with a term below which it obeys no leader.
 *
 * <p>Order, of which every step may be the last before a crash: PREPARED in the ledger; leftovers deleted; the directory,
 * complete or not at all; JOINING in the ledger; the group is opened. Up to JOINING nothing was ever acknowledged from the
 * replica, so whatever is found is discarded and made anew by the next instruction. From JOINING on a leader may make it a
 * voter at any moment, so it is treated like a member: it comes back with what it had, or is LOST; never blank.
 */
final class PrepareAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(PrepareAction.class);

    private final ServerId self;
    private final ReplicaPaths paths;
    private final NewReplicas newReplicas;
    private final DiskSteps steps;

    PrepareAction(ServerId self, ReplicaPaths paths, NewReplicas newReplicas, DiskSteps steps) {
        this.self = self;
        this.paths = paths;
        this.newReplicas = newReplicas;
        this.steps = steps;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException, IOException {
        PrepareReplica prepare = order.message().getPrepare();
        LedgerEntry known = order.known();
        Verdict verdict = HoldingRules.prepare(
                known == null ? null : known.state(),
                known == null ? 0 : known.replicaEpoch(),
                order.epoch(),
                prepare.getTermFloor());
        if (!verdict.isToBeObeyed()) {
            noteEpoch(order, known);
            return OBEYED;
        }
        LedgerEntry entry = newReplicas.entry(
                order, prepare.hasRange() ? prepare.getRange() : null, prepare.getRangeEpoch(), prepare.getLevel());
        newReplicas.write(order, entry);
        steps.made(order.group(), DiskSteps.Step.PREPARED_IN_LEDGER);

        GroupDirectory directory = GroupDirectory.of(paths.raft(), entry.group());
        DurableFiles.deleteTree(directory.path());
        DurableFiles.deleteTree(paths.store(entry.group()));
        steps.made(order.group(), DiskSteps.Step.LEFTOVERS_DELETED);

        directory.makeJoining(prepare.getTermFloor(), self.value());
        steps.made(order.group(), DiskSteps.Step.DIRECTORY_MADE);

        LedgerEntry joining = entry.withState(LedgerEntry.State.JOINING, "");
        newReplicas.write(order, joining);
        steps.made(order.group(), DiskSteps.Step.JOINING_IN_LEDGER);

        LOG.info(
                "event=replica-prepared shard={} group={} floor={} epoch={}",
                entry.shard(),
                entry.group(),
                prepare.getTermFloor(),
                order.epoch());
        newReplicas.host(joining);
        return OBEYED;
    }

    /** It is there already; what is older than this instruction must not delete it any more. */
    private void noteEpoch(Order order, @Nullable LedgerEntry known) {
        if (known != null && known.replicaEpoch() < order.epoch()) {
            newReplicas.write(order, known.withEpoch(order.epoch(), order.managerTerm()));
        }
    }
}
