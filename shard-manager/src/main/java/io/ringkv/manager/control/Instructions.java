package io.ringkv.manager.control;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.DriverAct;
import io.ringkv.manager.operation.ReplicaInstruction;
import io.ringkv.manager.operation.VoterConfiguration;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.AddVoter;
import io.ringkv.rpc.CleanReplica;
import io.ringkv.rpc.CreateReplica;
import io.ringkv.rpc.DigestAt;
import io.ringkv.rpc.EndStaging;
import io.ringkv.rpc.FenceShard;
import io.ringkv.rpc.GiveUpReplica;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.PrepareReplica;
import io.ringkv.rpc.RecoverReplica;
import io.ringkv.rpc.RemoveVoter;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.TransferLeader;
import io.ringkv.rpc.VoterAddress;
import java.util.ArrayList;
import java.util.List;

/** Makes the messages that tell a server what to do. Stateless. */
final class Instructions {

    private Instructions() {}

    /**
     * Replicas of first placement that the server does not report yet. Repeated with every heartbeat until it does: from
     * then on its ledger knows the incarnation and would refuse. Replicas that were moved are never created so: a server
     * that lost one must not come back as if it had never voted.
     *
     * @param shards shards of which the server should have a replica
     * @param most how many at most
     */
    static List<Instruction> missingReplicas(
            ServerId server, List<ManagedShard> shards, ClusterState state, Fleet fleet, int most) {
        List<Instruction> missing = new ArrayList<>();
        for (ManagedShard shard : shards) {
            if (missing.size() < most && shard.isAsFirstPlaced() && fleet.replica(server, shard) == null) {
                missing.add(create(state, shard));
            }
        }
        return missing;
    }

    private static Instruction create(ClusterState state, ManagedShard shard) {
        CreateReplica.Builder create = CreateReplica.newBuilder()
                .setRange(ShardMapMessages.toMessage(shard.record().range()))
                .setRangeEpoch(shard.record().rangeEpoch())
                .setLevel(shard.level())
                .setLineage(IdMessages.toBytes(shard.lineage()));
        shard.record().voters().forEach(voter -> create.addVoters(voter(state, voter)));
        return about(shard).setCreate(create).build();
    }

    private static VoterAddress voter(ClusterState state, ServerId server) {
        RegisteredServer known = state.servers().get(server);
        if (known == null) {
            throw new IllegalStateException("voter " + server + " is not known");
        }
        return VoterAddress.newBuilder()
                .setServerId(server.value())
                .setRaftAddress(known.record().raftAddress())
                .build();
    }

    /** Hand leadership over to the server that should lead first. */
    static Instruction handOver(ManagedShard shard) {
        return about(shard)
                .setTransferLeader(TransferLeader.newBuilder()
                        .setTarget(shard.firstLeader().value()))
                .build();
    }

    private static Instruction.Builder about(ManagedShard shard) {
        return Instruction.newBuilder()
                .setShard(shard.record().id().value())
                .setGroupId(IdMessages.toBytes(shard.record().group()))
                .setIncarnation(shard.record().incarnation())
                // Whatever the server has obeyed before is not above it.
                .setReplicaEpoch(shard.reservedEpoch());
    }

    /** What a server is told for an operation. */
    static Instruction of(ClusterState state, ManagedShard shard, long operation, DriverAct.Instruct act) {
        Instruction.Builder message = about(shard).setReplicaEpoch(act.epoch()).setOperation(operation);
        ReplicaInstruction instruction = act.instruction();
        if (instruction instanceof ReplicaInstruction.TransferLeader transfer) {
            message.setTransferLeader(
                    TransferLeader.newBuilder().setTarget(transfer.target().value()));
        } else if (instruction instanceof ReplicaInstruction.Fence) {
            message.setFence(FenceShard.getDefaultInstance());
        } else if (instruction instanceof ReplicaInstruction.Prepare prepare) {
            message.setPrepare(PrepareReplica.newBuilder()
                    .setTermFloor(prepare.termFloor())
                    .setRange(ShardMapMessages.toMessage(shard.record().range()))
                    .setRangeEpoch(shard.record().rangeEpoch())
                    .setLevel(shard.level()));
        } else if (instruction instanceof ReplicaInstruction.AddVoter add) {
            AddVoter.Builder addition = AddVoter.newBuilder().setVoter(voter(state, add.voter()));
            add.expected().forEach(voter -> addition.addExpectedVoters(voter.value()));
            message.setAddVoter(addition);
        } else if (instruction instanceof ReplicaInstruction.RemoveVoter remove) {
            RemoveVoter.Builder removal =
                    RemoveVoter.newBuilder().setVoter(remove.voter().value());
            remove.expected().forEach(voter -> removal.addExpectedVoters(voter.value()));
            message.setRemoveVoter(removal);
        } else {
            message.setEndStaging(EndStaging.getDefaultInstance());
        }
        return message.build();
    }

    /**
     * The replica of a shard that was recovered with loss and that its server does not report yet: to be made of what it
     * holds of the former incarnation. Repeated until its ledger has the new one.
     */
    static List<Instruction> recoveries(ServerId server, List<ManagedShard> shards, ClusterState state, Fleet fleet) {
        List<Instruction> recoveries = new ArrayList<>();
        for (ManagedShard shard : shards) {
            GroupId former = shard.formerGroup();
            if (former == null || !shard.record().voters().equals(List.of(server))) {
                continue;
            }
            ReplicaReport made = fleet.replica(server, shard);
            boolean isMade = made != null && made.getLedgerState() != LedgerState.LEDGER_STATE_PREPARED;
            if (!isMade && fleet.replica(server, former) != null) {
                recoveries.add(about(shard)
                        .setRecover(RecoverReplica.newBuilder()
                                .setFormerGroupId(IdMessages.toBytes(former))
                                .setRange(ShardMapMessages.toMessage(
                                        shard.record().range()))
                                .setRangeEpoch(shard.record().rangeEpoch())
                                .setLevel(shard.level())
                                .setVoter(voter(state, server)))
                        .build());
            }
        }
        return recoveries;
    }

    /** Give up a replica whose state is not that of the others. */
    static Instruction giveUp(ManagedShard shard, DigestAt diverged) {
        return about(shard)
                .setGiveUp(GiveUpReplica.newBuilder().setDiverged(diverged))
                .build();
    }

    /**
     * Delete a replica.
     *
     * @param configuration committed configuration without the server, the newest that is known
     */
    static Instruction clean(ManagedShard shard, Cleaning cleaning, VoterConfiguration configuration) {
        CleanReplica.Builder clean = CleanReplica.newBuilder()
                .setConfigurationIndex(configuration.index())
                .setConfigurationTerm(configuration.term());
        configuration.voters().forEach(voter -> clean.addVoters(voter.value()));
        boolean isPresent = cleaning.group().equals(shard.record().group());
        return about(shard)
                .setIncarnation(shard.record().incarnation() - (isPresent ? 0 : 1))
                .setGroupId(IdMessages.toBytes(cleaning.group()))
                .setReplicaEpoch(cleaning.epoch())
                .setClean(clean)
                .build();
    }
}
