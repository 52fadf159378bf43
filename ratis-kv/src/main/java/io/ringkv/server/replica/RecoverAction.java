package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.RaftMember;
import io.ringkv.rpc.RecoverReplica;
import io.ringkv.server.engine.ShardEngines;
import io.ringkv.server.raft.LostReplicaException;
import io.ringkv.server.raft.OpenedReplica;
import io.ringkv.server.raft.ReplicaRecovery;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the only replica of a shard's new life out of this server's replica of the former one, whose majority is lost.
 *
 * <p>Order, of which every step may be the last before a crash: the former group is closed; the new one is PREPARED in the
 * ledger; its directory is made, with the snapshot, complete or not at all; then one write of the ledger makes the new one a
 * MEMBER and the former one REMOVED; the former one's directory is set aside, not deleted. Up to that write nothing of the
 * former replica was changed, and the instruction, which is repeated, begins again; from then on the former replica never
 * takes part any more.
 */
final class RecoverAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(RecoverAction.class);

    private final ServerId self;
    private final ReplicaPaths paths;
    private final ReplicaLedger ledger;
    private final HostedReplicas replicas;
    private final ReplicaOpener opener;
    private final NewReplicas newReplicas;
    private final ShardEngines engines;
    private final ShardLogEntries entries;
    private final DiskSteps steps;

    RecoverAction(
            ServerId self,
            ReplicaPaths paths,
            ReplicaLedger ledger,
            HostedReplicas replicas,
            ReplicaOpener opener,
            NewReplicas newReplicas,
            ShardEngines engines,
            ShardLogEntries entries,
            DiskSteps steps) {
        this.self = self;
        this.paths = paths;
        this.ledger = ledger;
        this.replicas = replicas;
        this.opener = opener;
        this.newReplicas = newReplicas;
        this.engines = engines;
        this.entries = entries;
        this.steps = steps;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException {
        LedgerEntry known = order.known();
        if (known != null && known.state() == LedgerEntry.State.MEMBER) {
            return OBEYED;
        }
        if (known != null && known.state() != LedgerEntry.State.PREPARED) {
            throw new RefusedException("the ledger knows the group already, as " + known.state());
        }
        RecoverReplica recover = order.message().getRecover();
        if (recover.getVoter().getServerId() != self.value()) {
            throw new RefusedException("it is meant for another server");
        }
        GroupId formerGroup = IdMessages.groupId(recover.getFormerGroupId());
        LedgerEntry former = ledger.entry(formerGroup);
        HostedReplica replica = replicas.of(formerGroup);
        if (former == null || replica == null) {
            throw new RefusedException("this server has no replica to recover the shard from");
        }
        boolean isThere = former.state() == LedgerEntry.State.MEMBER || former.state() == LedgerEntry.State.JOINING;
        if (!isThere || former.incarnation() >= order.message().getIncarnation()) {
            throw new RefusedException("the replica to recover the shard from is " + former.state() + " of incarnation "
                    + former.incarnation());
        }
        LedgerEntry entry = newReplicas.entry(
                order, recover.hasRange() ? recover.getRange() : null, recover.getRangeEpoch(), recover.getLevel());
        return opener.replace(replica, () -> {
                    recover(order, former, entry);
                    replicas.remove(replica);
                })
                .thenApply(done -> {
                    if (done) {
                        newReplicas.host(entry.withState(LedgerEntry.State.MEMBER, ""));
                    }
                    return done;
                });
    }

    private void recover(Order order, LedgerEntry former, LedgerEntry entry) throws IOException, LostReplicaException {
        newReplicas.write(order, entry);
        steps.made(entry.group(), DiskSteps.Step.PREPARED_IN_LEDGER);
        GroupDirectory directory = GroupDirectory.of(paths.raft(), entry.group());
        DurableFiles.deleteTree(directory.path());
        DurableFiles.deleteTree(paths.store(entry.group()));
        OpenedReplica.Place place = new OpenedReplica.Place(
                former.shard(),
                former.incarnation(),
                GroupDirectory.of(paths.raft(), former.group()),
                paths.store(former.group()),
                former.committedFloor());
        ReplicaRecovery.Recovered recovered = ReplicaRecovery.run(
                place, engines, meta -> entries.restoreMark(meta, entry.incarnation(), order.epoch()));
        RaftMember member = new RaftMember(
                self.value(), order.message().getRecover().getVoter().getRaftAddress());
        directory.makeRecovered(member, recovered.snapshot(), recovered.position());
        steps.made(entry.group(), DiskSteps.Step.DIRECTORY_MADE);
        ledger.change(present -> present.withManagerTerm(order.managerTerm())
                .with(entry.withState(LedgerEntry.State.MEMBER, ""))
                .with(former.withState(LedgerEntry.State.REMOVED, "").withEpoch(order.epoch(), order.managerTerm())));
        steps.made(entry.group(), DiskSteps.Step.MEMBER_IN_LEDGER);
        LOG.warn(
                "event=shard-recovered shard={} incarnation={} group={} former={} position={}",
                entry.shard(),
                entry.incarnation(),
                entry.group(),
                former.group(),
                recovered.position());
        paths.setAside(former.group());
    }
}
