package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.RaftMember;
import io.ringkv.rpc.CreateReplica;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one of the first replicas of a shard. Order, of which every step may be the last before a crash: PREPARED in the
 * ledger; the directory, complete or not at all; MEMBER in the ledger; the group is opened, and votes. A replica that is
 * PREPARED has thus never voted, and one that is MEMBER has its directory.
 */
final class CreateAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(CreateAction.class);

    private final ServerId self;
    private final ReplicaPaths paths;
    private final NewReplicas newReplicas;

    CreateAction(ServerId self, ReplicaPaths paths, NewReplicas newReplicas) {
        this.self = self;
        this.paths = paths;
        this.newReplicas = newReplicas;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException, IOException {
        LedgerEntry known = order.known();
        if (known != null && known.state() == LedgerEntry.State.MEMBER) {
            return OBEYED;
        }
        if (known != null && known.state() != LedgerEntry.State.PREPARED) {
            throw new RefusedException("the ledger knows the group already, as " + known.state());
        }
        CreateReplica create = order.message().getCreate();
        LedgerEntry entry = newReplicas.entry(
                order, create.hasRange() ? create.getRange() : null, create.getRangeEpoch(), create.getLevel());
        List<RaftMember> voters = votersOf(create);
        newReplicas.write(order, entry);
        GroupDirectory directory = GroupDirectory.of(paths.raft(), entry.group());
        DurableFiles.deleteTree(directory.path());
        directory.makeFirst(voters);
        LedgerEntry member = entry.withState(LedgerEntry.State.MEMBER, "");
        newReplicas.write(order, member);
        LOG.info("event=replica-created shard={} group={} voters={}", entry.shard(), entry.group(), voters);
        newReplicas.host(member);
        return OBEYED;
    }

    private List<RaftMember> votersOf(CreateReplica create) throws RefusedException {
        List<RaftMember> voters = create.getVotersList().stream()
                .map(voter -> new RaftMember(voter.getServerId(), voter.getRaftAddress()))
                .toList();
        if (voters.stream().map(RaftMember::id).distinct().count() != voters.size()) {
            throw new RefusedException("a voter is named twice");
        }
        if (voters.stream().noneMatch(voter -> voter.id() == self.value())) {
            throw new RefusedException("this server is not among the voters");
        }
        return voters;
    }
}
