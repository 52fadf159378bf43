package io.ringkv.server.replica;

import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.RaftDivision;
import io.ringkv.raft.RaftMember;
import io.ringkv.rpc.CreateReplica;
import io.ringkv.rpc.Instruction;
import io.ringkv.server.log.LogFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys the manager, as far as the ledger allows. The manager repeats an instruction until reports show that it was done, so
 * whatever goes wrong here is tried again.
 *
 * <p>Order of a creation, of which every step may be the last before a crash: PREPARED in the ledger; the directory, complete
 * or not at all; MEMBER in the ledger; the group is opened, and votes. A replica that is PREPARED has thus never voted, and
 * one that is MEMBER has its directory.
 *
 * <p>Thread-safe. At most one instruction per group is being obeyed; others for it are dropped meanwhile.
 */
final class InstructionDesk {
    private static final Logger LOG = LoggerFactory.getLogger(InstructionDesk.class);
    private static final long TRANSFER_TIMEOUT_MILLIS = 3_000;

    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private final ServerId self;
    private final ReplicaPaths paths;
    private final ReplicaLedger ledger;
    private final HostedReplicas replicas;
    private final ReplicaOpener opener;
    private final ReplicaHostConfig config;
    private final ReplicaMetrics metrics;
    private final Executor control;
    private final Set<GroupId> underWay = ConcurrentHashMap.newKeySet();

    InstructionDesk(
            ReplicaHostConfig config,
            ReplicaPaths paths,
            ReplicaLedger ledger,
            HostedReplicas replicas,
            ReplicaOpener opener,
            ReplicaMetrics metrics,
            Executor control) {
        this.self = config.self();
        this.config = config;
        this.paths = paths;
        this.ledger = ledger;
        this.replicas = replicas;
        this.opener = opener;
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
                try {
                    actAlone(managerTerm, group, instruction);
                } catch (RefusedException | IllegalArgumentException e) {
                    refused(instruction, String.valueOf(e.getMessage()));
                } catch (IOException | RuntimeException e) {
                    LOG.error("event=instruction-failed shard={}", instruction.getShard(), e);
                }
            });
        }
    }

    /** Once it is known what came of an instruction, the next one about the group is taken. */
    private void actAlone(long managerTerm, GroupId group, Instruction instruction)
            throws RefusedException, IOException {
        try {
            act(managerTerm, group, instruction);
        } finally {
            underWay.remove(group);
        }
    }

    private void refused(Instruction instruction, String why) {
        metrics.refused();
        LOG.warn(
                "event=instruction-refused shard={} action={} why=\"{}\"",
                instruction.getShard(),
                instruction.getActionCase(),
                why);
    }

    private void act(long managerTerm, GroupId group, Instruction instruction) throws RefusedException, IOException {
        LedgerEntry entry = ledger.entry(group);
        checkFresh(managerTerm, entry, instruction);
        switch (instruction.getActionCase()) {
            case CREATE -> create(managerTerm, group, entry, instruction);
            case TRANSFER_LEADER -> transfer(managerTerm, group, instruction);
            case FENCE, PREPARE, ADD_VOTER, REMOVE_VOTER, END_STAGING, CLEAN ->
                throw new RefusedException("this release does not change replicas yet");
            case ACTION_NOT_SET -> throw new RefusedException("its action is not known to this release");
        }
    }

    private void checkFresh(long managerTerm, @Nullable LedgerEntry entry, Instruction instruction)
            throws RefusedException {
        long accepted = ledger.present().managerTerm();
        if (managerTerm < accepted) {
            throw new RefusedException("manager term " + managerTerm + " is over (obeyed: " + accepted + ")");
        }
        if (entry != null && instruction.getReplicaEpoch() < entry.replicaEpoch()) {
            throw new RefusedException("replica epoch " + instruction.getReplicaEpoch() + " is over (obeyed: "
                    + entry.replicaEpoch() + ")");
        }
    }

    private void create(long managerTerm, GroupId group, @Nullable LedgerEntry known, Instruction instruction)
            throws RefusedException, IOException {
        if (known != null && known.state() == LedgerEntry.State.MEMBER) {
            return;
        }
        LedgerEntry entry = newEntry(managerTerm, group, instruction);
        checkUnknown(entry, known);
        List<RaftMember> voters = votersOf(instruction.getCreate());
        ledger.change(present -> present.withManagerTerm(managerTerm).with(entry));
        GroupDirectory directory = GroupDirectory.of(paths.raft(), group);
        DurableFiles.deleteTree(directory.path());
        directory.makeFirst(voters);
        LedgerEntry member = entry.withState(LedgerEntry.State.MEMBER, "");
        ledger.change(present -> present.with(member));
        LOG.info("event=replica-created shard={} group={} voters={}", entry.shard(), group, voters);
        HostedReplica replica = new HostedReplica(member, config.clock(), control);
        replicas.add(replica);
        opener.open(replica);
    }

    private void checkUnknown(LedgerEntry entry, @Nullable LedgerEntry known) throws RefusedException {
        if (known != null && known.state() != LedgerEntry.State.PREPARED) {
            throw new RefusedException("the ledger knows the group already, as " + known.state());
        }
        for (LedgerEntry other : ledger.present().entries().values()) {
            boolean sameLife = other.shard().equals(entry.shard())
                    && other.incarnation() >= entry.incarnation()
                    && !other.group().equals(entry.group());
            if (sameLife) {
                throw new RefusedException(
                        "the ledger knows incarnation " + other.incarnation() + " of the shard already");
            }
        }
    }

    private static LedgerEntry newEntry(long managerTerm, GroupId group, Instruction instruction)
            throws RefusedException {
        CreateReplica create = instruction.getCreate();
        if (!create.hasRange()) {
            throw new RefusedException("it names no range");
        }
        if (create.getLevel() < LogFormat.LOWEST_LEVEL || create.getLevel() > LogFormat.HIGHEST_LEVEL) {
            throw new RefusedException("log level " + create.getLevel() + " is not known (known: "
                    + LogFormat.LOWEST_LEVEL + " to " + LogFormat.HIGHEST_LEVEL + ")");
        }
        TokenRange range = new TokenRange(
                new Token(create.getRange().getStartExclusive()),
                new Token(create.getRange().getEndInclusive()));
        return new LedgerEntry(
                new ShardId(instruction.getShard()),
                group,
                instruction.getIncarnation(),
                LedgerEntry.State.PREPARED,
                instruction.getReplicaEpoch(),
                managerTerm,
                range,
                create.getRangeEpoch(),
                create.getLevel(),
                -1,
                "");
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

    private void transfer(long managerTerm, GroupId group, Instruction instruction) throws RefusedException {
        HostedReplica replica = replicas.of(group);
        RaftDivision division = replica == null ? null : replica.raftDivision();
        if (replica == null || division == null) {
            throw new RefusedException("this server has no open replica of it");
        }
        long target = instruction.getTransferLeader().getTarget();
        if (!division.leadsAndIsReady() || target == self.value()) {
            // Done already, or somebody else leads: the reports say so.
            return;
        }
        if (!division.state().voters().contains(target)) {
            throw new RefusedException("the target is not among the voters");
        }
        ledger.change(present -> {
            LedgerEntry entry = present.entries().get(group);
            Ledger changed = present.withManagerTerm(managerTerm);
            return entry == null ? changed : changed.with(entry.withEpoch(instruction.getReplicaEpoch(), managerTerm));
        });
        CompletableFuture<Void> unused = division.transferLeadership(target, TRANSFER_TIMEOUT_MILLIS)
                .whenComplete((done, failure) -> LOG.info(
                        "event=leadership-transferred shard={} target={} failure=\"{}\"",
                        replica.shard(),
                        new ServerId(target),
                        failure == null ? "" : failure.getMessage()));
    }
}
