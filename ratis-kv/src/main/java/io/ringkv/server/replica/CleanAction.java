package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.LogPosition;
import io.ringkv.raft.RaftDivision;
import io.ringkv.rpc.CleanReplica;
import io.ringkv.server.log.LogFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a replica that a committed configuration excludes, if {@link HoldingRules} allow it. A removed replica is never told
 * by Ratis that it was removed, so it cannot decide alone.
 *
 * <p>Order, of which every step may be the last before a crash: REMOVED in the ledger; the group is closed; log and snapshots
 * deleted; store deleted. What a crash leaves behind is deleted at the next start, or by the next instruction.
 */
final class CleanAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(CleanAction.class);

    private static final TokenRange WHOLE_RING = new TokenRange(new Token(-1), new Token(-1));

    private final ServerId self;
    private final ReplicaPaths paths;
    private final ReplicaLedger ledger;
    private final HostedReplicas replicas;
    private final ReplicaOpener opener;
    private final Executor control;
    private final DiskSteps steps;

    CleanAction(
            ServerId self,
            ReplicaPaths paths,
            ReplicaLedger ledger,
            HostedReplicas replicas,
            ReplicaOpener opener,
            Executor control,
            DiskSteps steps) {
        this.self = self;
        this.paths = paths;
        this.ledger = ledger;
        this.replicas = replicas;
        this.opener = opener;
        this.control = control;
        this.steps = steps;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException, IOException {
        LedgerEntry known = order.known();
        CleanReplica clean = order.message().getClean();
        if (known == null) {
            // A preparation that has not arrived. It must not be obeyed if it does after all.
            ledger.change(
                    present -> present.withManagerTerm(order.managerTerm()).with(neverHere(order)));
            return OBEYED;
        }
        HostedReplica replica = replicas.of(order.group());
        Verdict verdict = HoldingRules.clean(
                known.state(),
                known.replicaEpoch(),
                order.epoch(),
                self.value(),
                clean.getVotersList(),
                new LogPosition(clean.getConfigurationTerm(), clean.getConfigurationIndex()),
                newestConfiguration(order, replica));
        boolean decided = verdict.isToBeObeyed();
        if (!decided && known.replicaEpoch() < order.epoch()) {
            // Deleted before, by an older instruction: a preparation between the two must find no place either.
            ledger.change(present -> present.withManagerTerm(order.managerTerm())
                    .with(known.withEpoch(order.epoch(), order.managerTerm())));
        }
        if (!decided && replica == null) {
            deleteFiles(order);
            return OBEYED;
        }
        if (replica != null && !opener.claimForRemoval(replica)) {
            // It is being opened or closed at the moment.
            return LEFT;
        }
        if (decided) {
            LedgerEntry removed =
                    known.withState(LedgerEntry.State.REMOVED, "").withEpoch(order.epoch(), order.managerTerm());
            ledger.change(
                    present -> present.withManagerTerm(order.managerTerm()).with(removed));
            steps.made(order.group(), DiskSteps.Step.REMOVED_IN_LEDGER);
        }
        return closeAndDelete(order, replica);
    }

    private static LedgerEntry neverHere(Order order) {
        return new LedgerEntry(
                new ShardId(order.message().getShard()),
                order.group(),
                order.message().getIncarnation(),
                LedgerEntry.State.REMOVED,
                order.epoch(),
                order.managerTerm(),
                WHOLE_RING,
                0,
                LogFormat.LOWEST_LEVEL,
                -1,
                "");
    }

    private LogPosition newestConfiguration(Order order, @Nullable HostedReplica replica) throws IOException {
        RaftDivision division = replica == null ? null : replica.raftDivision();
        return division != null
                ? division.newestConfiguration()
                : GroupDirectory.of(paths.raft(), order.group()).newestConfiguration();
    }

    private CompletableFuture<Boolean> closeAndDelete(Order order, @Nullable HostedReplica replica) throws IOException {
        if (replica == null) {
            deleteFiles(order);
            return OBEYED;
        }
        return opener.closeForRemoval(replica)
                .thenApplyAsync(
                        closed -> {
                            steps.made(order.group(), DiskSteps.Step.CLOSED);
                            try {
                                deleteFiles(order);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            replicas.remove(replica);
                            return true;
                        },
                        control)
                .whenComplete((done, failure) -> replica.condition().release());
    }

    private void deleteFiles(Order order) throws IOException {
        GroupDirectory directory = GroupDirectory.of(paths.raft(), order.group());
        boolean existed = directory.exists();
        DurableFiles.deleteTree(directory.path());
        steps.made(order.group(), DiskSteps.Step.LOG_DELETED);
        DurableFiles.deleteTree(paths.store(order.group()));
        steps.made(order.group(), DiskSteps.Step.STORE_DELETED);
        if (existed) {
            LOG.info(
                    "event=replica-cleaned shard={} group={} epoch={}",
                    order.message().getShard(),
                    order.group(),
                    order.epoch());
        }
    }
}
