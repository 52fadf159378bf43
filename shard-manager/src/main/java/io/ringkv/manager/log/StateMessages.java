package io.ringkv.manager.log;

import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.state.ClusterSettings;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.Maintenance;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisterServer;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.manager.state.ServerAddresses;
import io.ringkv.rpc.StoredFounding;
import io.ringkv.rpc.StoredMaintenance;
import io.ringkv.rpc.StoredServer;
import io.ringkv.rpc.StoredShard;

/** Parts of the state in messages; commands, events and snapshots share them. */
public final class StateMessages {

    private StateMessages() {}

    /** The message of settings, complete. */
    public static io.ringkv.rpc.ClusterSettings toMessage(ClusterSettings settings) {
        return io.ringkv.rpc.ClusterSettings.newBuilder()
                .setExpectedServers(settings.expectedServers())
                .setShards(settings.shards())
                .setReplicationFactor(settings.replicationFactor())
                .build();
    }

    /**
     * The settings in a message, which must be complete.
     *
     * @throws IllegalArgumentException if they are not
     */
    public static ClusterSettings fromMessage(io.ringkv.rpc.ClusterSettings message) {
        return new ClusterSettings(message.getExpectedServers(), message.getShards(), message.getReplicationFactor());
    }

    /**
     * The registration of a server, as it is logged or asked for.
     *
     * @throws io.ringkv.common.error.RingKvException if a part of it is not valid
     * @throws IllegalArgumentException likewise
     */
    public static RegisterServer registration(io.ringkv.rpc.ServerRecord server, String version, int levelHighest) {
        return new RegisterServer(
                IdMessages.serverId(server.getServerId()),
                server.getLabel(),
                new ServerAddresses(
                        server.getClientAddress(),
                        server.getPeerAddress(),
                        server.getRaftAddress(),
                        server.getHttpAddress()),
                server.getZone(),
                version,
                levelHighest);
    }

    /** The message of a founding. */
    public static StoredFounding toMessage(Founding founding) {
        StoredFounding.Builder message = StoredFounding.newBuilder()
                .setClusterId(IdMessages.toBytes(founding.cluster()))
                .setGroupId(IdMessages.toBytes(founding.managerGroup()))
                .setSettings(toMessage(founding.settings()));
        founding.managers().forEach(manager -> message.addManagers(ShardMapMessages.toMessage(manager)));
        return message.build();
    }

    /**
     * The founding in a message.
     *
     * @throws IllegalArgumentException if it is not a valid one
     * @throws io.ringkv.common.error.RingKvException {@code MALFORMED_FRAME} if an id or record in it is not valid
     */
    public static Founding fromMessage(StoredFounding message) {
        return new Founding(
                IdMessages.clusterId(message.getClusterId()),
                IdMessages.groupId(message.getGroupId()),
                message.getManagersList().stream()
                        .map(ShardMapMessages::fromMessage)
                        .toList(),
                fromMessage(message.getSettings()));
    }

    static StoredServer toMessage(RegisteredServer server) {
        StoredServer.Builder message = StoredServer.newBuilder()
                .setServer(ShardMapMessages.toMessage(server.record()))
                .setVersion(server.version())
                .setLevelHighest(server.levelHighest())
                .setDraining(server.draining());
        if (server.maintenance() != null) {
            message.setMaintenance(toMessage(server.maintenance()));
        }
        return message.build();
    }

    static StoredMaintenance toMessage(Maintenance maintenance) {
        return StoredMaintenance.newBuilder()
                .setNumber(maintenance.number())
                .setMillis(maintenance.millis())
                .build();
    }

    static Maintenance fromMessage(StoredMaintenance message) {
        return new Maintenance(message.getNumber(), message.getMillis());
    }

    static RegisteredServer fromMessage(StoredServer message) {
        ServerRecord record = ShardMapMessages.fromMessage(message.getServer());
        return new RegisteredServer(
                record,
                message.getVersion(),
                message.getLevelHighest(),
                message.getDraining(),
                message.hasMaintenance() ? fromMessage(message.getMaintenance()) : null);
    }

    static StoredShard toMessage(ManagedShard shard) {
        StoredShard.Builder message = StoredShard.newBuilder()
                .setRecord(ShardMapMessages.toMessage(shard.record()))
                .setLineage(IdMessages.toBytes(shard.lineage()))
                .setLevel(shard.level())
                .setSettled(shard.settled())
                .setReservedEpoch(shard.reservedEpoch() == shard.record().replicaEpoch() ? 0 : shard.reservedEpoch());
        if (shard.formerGroup() != null) {
            message.setFormerGroupId(IdMessages.toBytes(shard.formerGroup()));
        }
        return message.build();
    }

    static ManagedShard fromMessage(StoredShard message) {
        ShardRecord record = ShardMapMessages.fromMessage(message.getRecord());
        return new ManagedShard(
                record,
                IdMessages.groupId(message.getLineage()),
                message.getLevel(),
                message.getSettled(),
                message.getReservedEpoch() == 0 ? record.replicaEpoch() : message.getReservedEpoch(),
                message.getFormerGroupId().isEmpty() ? null : IdMessages.groupId(message.getFormerGroupId()));
    }
}
