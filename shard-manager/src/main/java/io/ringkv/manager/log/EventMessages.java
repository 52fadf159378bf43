package io.ringkv.manager.log;

import io.ringkv.common.id.ShardId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.state.ClusterCreated;
import io.ringkv.manager.state.ClusterEvent;
import io.ringkv.manager.state.LeadersSettled;
import io.ringkv.manager.state.MaintenanceSet;
import io.ringkv.manager.state.RecordedEvent;
import io.ringkv.manager.state.ReplicationFactorSet;
import io.ringkv.manager.state.ServerDrainSet;
import io.ringkv.manager.state.ServerMarked;
import io.ringkv.manager.state.ServerRegistered;
import io.ringkv.manager.state.ServerRemoved;
import io.ringkv.manager.state.ShardsPlaced;
import io.ringkv.rpc.ClusterCreatedEvent;
import io.ringkv.rpc.LeadersSettledEvent;
import io.ringkv.rpc.MaintenanceSetEvent;
import io.ringkv.rpc.ManagerEvent;
import io.ringkv.rpc.ReplicationFactorSetEvent;
import io.ringkv.rpc.ServerDrainSetEvent;
import io.ringkv.rpc.ServerMarkedEvent;
import io.ringkv.rpc.ServerRegisteredEvent;
import io.ringkv.rpc.ServerRemovedEvent;
import io.ringkv.rpc.ShardsPlacedEvent;

/** Events of the history in messages. */
final class EventMessages {

    private EventMessages() {}

    static ManagerEvent toMessage(RecordedEvent recorded) {
        ManagerEvent.Builder message = ManagerEvent.newBuilder()
                .setNumber(recorded.number())
                .setWallMillis(recorded.wallMillis())
                .setRingEpoch(recorded.ringEpoch())
                .setTerm(recorded.term())
                .setIndex(recorded.index());
        return recorded.event().match(new Fields(message)).build();
    }

    static RecordedEvent fromMessage(ManagerEvent message) {
        return new RecordedEvent(
                message.getNumber(),
                message.getWallMillis(),
                message.getRingEpoch(),
                message.getTerm(),
                message.getIndex(),
                event(message));
    }

    private static ClusterEvent event(ManagerEvent message) {
        return switch (message.getEventCase()) {
            case CLUSTER_CREATED ->
                new ClusterCreated(
                        StateMessages.fromMessage(message.getClusterCreated().getFounding()));
            case SERVER_REGISTERED ->
                new ServerRegistered(
                        StateMessages.fromMessage(message.getServerRegistered().getServer()),
                        message.getServerRegistered().getPublished());
            case SHARDS_PLACED ->
                new ShardsPlaced(message.getShardsPlaced().getShardsList().stream()
                        .map(StateMessages::fromMessage)
                        .toList());
            case SERVER_MARKED -> marked(message.getServerMarked());
            case LEADERS_SETTLED ->
                new LeadersSettled(message.getLeadersSettled().getShardsList().stream()
                        .map(ShardId::new)
                        .toList());
            case SERVER_DRAIN_SET ->
                new ServerDrainSet(
                        IdMessages.serverId(message.getServerDrainSet().getServerId()),
                        message.getServerDrainSet().getOn());
            case MAINTENANCE_SET -> maintenanceSet(message.getMaintenanceSet());
            case SERVER_REMOVED ->
                new ServerRemoved(
                        IdMessages.serverId(message.getServerRemoved().getServerId()),
                        message.getServerRemoved().getShardsList().stream()
                                .map(ShardId::new)
                                .toList());
            case REPLICATION_FACTOR_SET ->
                new ReplicationFactorSet(
                        message.getReplicationFactorSet().getFrom(),
                        message.getReplicationFactorSet().getTo());
            case EVENT_NOT_SET ->
                throw new UnreadableLogException(
                        "event " + message.getNumber() + " is of a type that this software does not know");
        };
    }

    private static ServerMarked marked(ServerMarkedEvent message) {
        return new ServerMarked(
                IdMessages.serverId(message.getServerId()),
                ShardMapMessages.fromMessage(message.getFrom()),
                ShardMapMessages.fromMessage(message.getTo()));
    }

    private static MaintenanceSet maintenanceSet(MaintenanceSetEvent message) {
        return new MaintenanceSet(
                IdMessages.serverId(message.getServerId()),
                message.hasMaintenance() ? StateMessages.fromMessage(message.getMaintenance()) : null);
    }

    /** Puts each type of event into its field. */
    private record Fields(ManagerEvent.Builder message) implements ClusterEvent.Cases<ManagerEvent.Builder> {

        @Override
        public ManagerEvent.Builder created(ClusterCreated event) {
            return message.setClusterCreated(
                    ClusterCreatedEvent.newBuilder().setFounding(StateMessages.toMessage(event.founding())));
        }

        @Override
        public ManagerEvent.Builder registered(ServerRegistered event) {
            return message.setServerRegistered(ServerRegisteredEvent.newBuilder()
                    .setServer(StateMessages.toMessage(event.server()))
                    .setPublished(event.isPublished()));
        }

        @Override
        public ManagerEvent.Builder placed(ShardsPlaced event) {
            ShardsPlacedEvent.Builder placed = ShardsPlacedEvent.newBuilder();
            event.shards().forEach(shard -> placed.addShards(StateMessages.toMessage(shard)));
            return message.setShardsPlaced(placed);
        }

        @Override
        public ManagerEvent.Builder marked(ServerMarked event) {
            return message.setServerMarked(ServerMarkedEvent.newBuilder()
                    .setServerId(event.server().value())
                    .setFrom(ShardMapMessages.toMessage(event.from()))
                    .setTo(ShardMapMessages.toMessage(event.to())));
        }

        @Override
        public ManagerEvent.Builder settled(LeadersSettled event) {
            LeadersSettledEvent.Builder settled = LeadersSettledEvent.newBuilder();
            event.shards().forEach(shard -> settled.addShards(shard.value()));
            return message.setLeadersSettled(settled);
        }

        @Override
        public ManagerEvent.Builder drainSet(ServerDrainSet event) {
            return message.setServerDrainSet(ServerDrainSetEvent.newBuilder()
                    .setServerId(event.server().value())
                    .setOn(event.on()));
        }

        @Override
        public ManagerEvent.Builder maintenanceSet(MaintenanceSet event) {
            MaintenanceSetEvent.Builder set =
                    MaintenanceSetEvent.newBuilder().setServerId(event.server().value());
            if (event.maintenance() != null) {
                set.setMaintenance(StateMessages.toMessage(event.maintenance()));
            }
            return message.setMaintenanceSet(set);
        }

        @Override
        public ManagerEvent.Builder removed(ServerRemoved event) {
            ServerRemovedEvent.Builder removed =
                    ServerRemovedEvent.newBuilder().setServerId(event.server().value());
            event.shards().forEach(shard -> removed.addShards(shard.value()));
            return message.setServerRemoved(removed);
        }

        @Override
        public ManagerEvent.Builder replicationFactorSet(ReplicationFactorSet event) {
            return message.setReplicationFactorSet(
                    ReplicationFactorSetEvent.newBuilder().setFrom(event.from()).setTo(event.to()));
        }
    }
}
