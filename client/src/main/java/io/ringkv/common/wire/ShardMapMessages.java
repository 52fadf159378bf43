package io.ringkv.common.wire;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardMapDiff;
import io.ringkv.common.shardmap.ShardRecord;

/**
 * The shard map and its parts in messages.
 *
 * <p>A message that holds no valid map, record or range is refused with {@code MALFORMED_FRAME}, which names what is wrong.
 * Enum values younger than this release are refused too where guessing would be unsafe, and read as the most careful known
 * one where it is not.
 */
public final class ShardMapMessages {

    private ShardMapMessages() {}

    /** The message of a range. */
    public static io.ringkv.rpc.TokenRange toMessage(TokenRange range) {
        return io.ringkv.rpc.TokenRange.newBuilder()
                .setStartExclusive(range.startExclusive().bits())
                .setEndInclusive(range.endInclusive().bits())
                .build();
    }

    /** The range in a message. */
    public static TokenRange fromMessage(io.ringkv.rpc.TokenRange message) {
        return new TokenRange(new Token(message.getStartExclusive()), new Token(message.getEndInclusive()));
    }

    /** The message of a shard's record. */
    public static io.ringkv.rpc.ShardRecord toMessage(ShardRecord shard) {
        io.ringkv.rpc.ShardRecord.Builder message = io.ringkv.rpc.ShardRecord.newBuilder()
                .setShard(shard.id().value())
                .setGroupId(IdMessages.toBytes(shard.group()))
                .setIncarnation(shard.incarnation())
                .setRange(toMessage(shard.range()))
                .setRangeEpoch(shard.rangeEpoch())
                .setReplicaEpoch(shard.replicaEpoch());
        for (ReplicaRecord replica : shard.replicas()) {
            message.addReplicasBuilder()
                    .setServerId(replica.server().value())
                    .setRole(
                            switch (replica.role()) {
                                case VOTER -> io.ringkv.rpc.ReplicaRole.REPLICA_ROLE_VOTER;
                                case TARGET -> io.ringkv.rpc.ReplicaRole.REPLICA_ROLE_TARGET;
                            });
        }
        ServerId leader = shard.leaderHint();
        return message.setLeaderHint(leader == null ? 0 : leader.value()).build();
    }

    /** The record of a shard in a message. */
    public static ShardRecord fromMessage(io.ringkv.rpc.ShardRecord message) {
        // An absent range would read as a full circle and draw every key to this shard.
        if (!message.hasRange()) {
            throw new RingKvException(ErrorCode.MALFORMED_FRAME, "The message holds a shard record without a range");
        }
        return IdMessages.valid(
                "shard record",
                () -> new ShardRecord(
                        IdMessages.shardId(message.getShard()),
                        IdMessages.groupId(message.getGroupId()),
                        message.getIncarnation(),
                        fromMessage(message.getRange()),
                        message.getRangeEpoch(),
                        message.getReplicaEpoch(),
                        message.getReplicasList().stream()
                                .map(ShardMapMessages::fromMessage)
                                .toList(),
                        IdMessages.optionalServerId(message.getLeaderHint())));
    }

    private static ReplicaRecord fromMessage(io.ringkv.rpc.Replica message) {
        ReplicaRole role = switch (message.getRole()) {
            case REPLICA_ROLE_VOTER -> ReplicaRole.VOTER;
            // A role of a later release is not known to count: nothing is sent there that needs a voter.
            case REPLICA_ROLE_TARGET, REPLICA_ROLE_UNSPECIFIED, UNRECOGNIZED -> ReplicaRole.TARGET;
        };
        return new ReplicaRecord(IdMessages.serverId(message.getServerId()), role);
    }

    /** The message of a server state. */
    public static io.ringkv.rpc.ServerState toMessage(ServerState state) {
        return switch (state) {
            case JOINING -> io.ringkv.rpc.ServerState.SERVER_STATE_JOINING;
            case ACTIVE -> io.ringkv.rpc.ServerState.SERVER_STATE_ACTIVE;
            case SUSPECT -> io.ringkv.rpc.ServerState.SERVER_STATE_SUSPECT;
            case DOWN -> io.ringkv.rpc.ServerState.SERVER_STATE_DOWN;
            case DRAINING -> io.ringkv.rpc.ServerState.SERVER_STATE_DRAINING;
            case REMOVED -> io.ringkv.rpc.ServerState.SERVER_STATE_REMOVED;
        };
    }

    /** The server state in a message. */
    public static ServerState fromMessage(io.ringkv.rpc.ServerState message) {
        return switch (message) {
            case SERVER_STATE_ACTIVE -> ServerState.ACTIVE;
            case SERVER_STATE_SUSPECT -> ServerState.SUSPECT;
            case SERVER_STATE_DOWN -> ServerState.DOWN;
            case SERVER_STATE_DRAINING -> ServerState.DRAINING;
            case SERVER_STATE_REMOVED -> ServerState.REMOVED;
            // A server in a state of a later release, or in none, is treated as one that holds nothing yet.
            case SERVER_STATE_JOINING, SERVER_STATE_UNSPECIFIED, UNRECOGNIZED -> ServerState.JOINING;
        };
    }

    /** The message of a server's record. */
    public static io.ringkv.rpc.ServerRecord toMessage(ServerRecord server) {
        return io.ringkv.rpc.ServerRecord.newBuilder()
                .setServerId(server.id().value())
                .setLabel(server.label())
                .setClientAddress(server.clientAddress())
                .setPeerAddress(server.peerAddress())
                .setRaftAddress(server.raftAddress())
                .setHttpAddress(server.httpAddress())
                .setZone(server.zone())
                .setState(toMessage(server.state()))
                .build();
    }

    /** The record of a server in a message. */
    public static ServerRecord fromMessage(io.ringkv.rpc.ServerRecord message) {
        return IdMessages.valid(
                "server record",
                () -> new ServerRecord(
                        IdMessages.serverId(message.getServerId()),
                        message.getLabel(),
                        message.getClientAddress(),
                        message.getPeerAddress(),
                        message.getRaftAddress(),
                        message.getHttpAddress(),
                        message.getZone(),
                        fromMessage(message.getState())));
    }

    /** The message of a manager's record. */
    public static io.ringkv.rpc.ManagerRecord toMessage(ManagerRecord manager) {
        return io.ringkv.rpc.ManagerRecord.newBuilder()
                .setManagerId(manager.id().value())
                .setLabel(manager.label())
                .setClientAddress(manager.clientAddress())
                .setPeerAddress(manager.peerAddress())
                .setRaftAddress(manager.raftAddress())
                .build();
    }

    /** The record of a manager in a message. */
    public static ManagerRecord fromMessage(io.ringkv.rpc.ManagerRecord message) {
        return IdMessages.valid(
                "manager record",
                () -> new ManagerRecord(
                        IdMessages.managerId(message.getManagerId()),
                        message.getLabel(),
                        message.getClientAddress(),
                        message.getPeerAddress(),
                        message.getRaftAddress()));
    }

    /** The message of a map. */
    public static io.ringkv.rpc.ShardMap toMessage(ShardMap map) {
        io.ringkv.rpc.ShardMap.Builder message = io.ringkv.rpc.ShardMap.newBuilder()
                .setClusterId(IdMessages.toBytes(map.cluster()))
                .setRingEpoch(map.ringEpoch())
                .setReplicationFactor(map.replicationFactor());
        map.shards().forEach(shard -> message.addShards(toMessage(shard)));
        map.servers().forEach(server -> message.addServers(toMessage(server)));
        map.managers().forEach(manager -> message.addManagers(toMessage(manager)));
        return message.build();
    }

    /** The map in a message. */
    public static ShardMap fromMessage(io.ringkv.rpc.ShardMap message) {
        return IdMessages.valid(
                "shard map",
                () -> new ShardMap(
                        IdMessages.clusterId(message.getClusterId()),
                        message.getRingEpoch(),
                        message.getReplicationFactor(),
                        message.getShardsList().stream()
                                .map(ShardMapMessages::fromMessage)
                                .toList(),
                        message.getServersList().stream()
                                .map(ShardMapMessages::fromMessage)
                                .toList(),
                        message.getManagersList().stream()
                                .map(ShardMapMessages::fromMessage)
                                .toList()));
    }

    /** The message of a change between two maps. */
    public static io.ringkv.rpc.ShardMapDiff toMessage(ShardMapDiff diff) {
        io.ringkv.rpc.ShardMapDiff.Builder message = io.ringkv.rpc.ShardMapDiff.newBuilder()
                .setClusterId(IdMessages.toBytes(diff.cluster()))
                .setFromRingEpoch(diff.fromRingEpoch())
                .setToRingEpoch(diff.toRingEpoch())
                .setReplicationFactor(diff.replicationFactor());
        diff.changedShards().forEach(shard -> message.addChangedShards(toMessage(shard)));
        diff.removedShards().stream().map(ShardId::value).forEach(message::addRemovedShards);
        diff.changedServers().forEach(server -> message.addChangedServers(toMessage(server)));
        diff.removedServers().stream().map(ServerId::value).forEach(message::addRemovedServers);
        diff.changedManagers().forEach(manager -> message.addChangedManagers(toMessage(manager)));
        diff.removedManagers().stream().map(ManagerId::value).forEach(message::addRemovedManagers);
        return message.build();
    }

    /** The change between two maps in a message. */
    public static ShardMapDiff fromMessage(io.ringkv.rpc.ShardMapDiff message) {
        return IdMessages.valid(
                "shard map diff",
                () -> new ShardMapDiff(
                        IdMessages.clusterId(message.getClusterId()),
                        message.getFromRingEpoch(),
                        message.getToRingEpoch(),
                        message.getReplicationFactor(),
                        message.getChangedShardsList().stream()
                                .map(ShardMapMessages::fromMessage)
                                .toList(),
                        message.getRemovedShardsList().stream()
                                .map(IdMessages::shardId)
                                .toList(),
                        message.getChangedServersList().stream()
                                .map(ShardMapMessages::fromMessage)
                                .toList(),
                        message.getRemovedServersList().stream()
                                .map(IdMessages::serverId)
                                .toList(),
                        message.getChangedManagersList().stream()
                                .map(ShardMapMessages::fromMessage)
                                .toList(),
                        message.getRemovedManagersList().stream()
                                .map(IdMessages::managerId)
                                .toList()));
    }
}
