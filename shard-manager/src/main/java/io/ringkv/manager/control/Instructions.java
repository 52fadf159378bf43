package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.CreateReplica;
import io.ringkv.rpc.Instruction;
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
        for (ServerId voter : shard.record().voters()) {
            RegisteredServer known = state.servers().get(voter);
            if (known == null) {
                throw new IllegalStateException(
                        "voter " + voter + " of shard " + shard.record().id() + " is not known");
            }
            create.addVoters(VoterAddress.newBuilder()
                    .setServerId(voter.value())
                    .setRaftAddress(known.record().raftAddress()));
        }
        return about(shard).setCreate(create).build();
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
                .setReplicaEpoch(shard.record().replicaEpoch());
    }
}
