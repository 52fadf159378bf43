package io.ringkv.manager.log;

import io.ringkv.common.id.ShardId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.state.CleaningDone;
import io.ringkv.manager.state.CleaningOrdered;
import io.ringkv.manager.state.ClusterCreated;
import io.ringkv.manager.state.ClusterEvent;
import io.ringkv.manager.state.LeadersSettled;
import io.ringkv.manager.state.MaintenanceSet;
import io.ringkv.manager.state.ManagersChanged;
import io.ringkv.manager.state.OperationChanged;
import io.ringkv.manager.state.OperationsPaused;
import io.ringkv.manager.state.RecordedEvent;
import io.ringkv.manager.state.ReplicasChanged;
import io.ringkv.manager.state.ReplicationFactorSet;
import io.ringkv.manager.state.ServerDrainSet;
import io.ringkv.manager.state.ServerMarked;
import io.ringkv.manager.state.ServerRegistered;
import io.ringkv.manager.state.ServerRemoved;
import io.ringkv.manager.state.ShardRecovered;
import io.ringkv.manager.state.ShardsPlaced;
import io.ringkv.manager.state.StandbyForgotten;
import io.ringkv.manager.state.StandbyRegistered;
import io.ringkv.rpc.CleaningDoneEvent;
import io.ringkv.rpc.CleaningOrderedEvent;
import io.ringkv.rpc.ClusterCreatedEvent;
import io.ringkv.rpc.LeadersSettledEvent;
import io.ringkv.rpc.MaintenanceSetEvent;
import io.ringkv.rpc.ManagerEvent;
import io.ringkv.rpc.OperationChangedEvent;
import io.ringkv.rpc.OperationsPausedEvent;
import io.ringkv.rpc.ReplicasChangedEvent;
import io.ringkv.rpc.ReplicationFactorSetEvent;
import io.ringkv.rpc.ServerDrainSetEvent;
import io.ringkv.rpc.ServerMarkedEvent;
import io.ringkv.rpc.ServerRegisteredEvent;
import io.ringkv.rpc.ServerRemovedEvent;
import io.ringkv.rpc.ShardsPlacedEvent;
import io.ringkv.rpc.StandbyForgottenEvent;
import io.ringkv.rpc.StandbyRegisteredEvent;

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
            case OPERATION_CHANGED ->
                new OperationChanged(OperationMessages.fromMessage(
                        message.getOperationChanged().getOperation()));
            case REPLICAS_CHANGED -> replicasChanged(message.getReplicasChanged());
            case OPERATIONS_PAUSED ->
                new OperationsPaused(message.getOperationsPaused().getPaused());
            case CLEANING_ORDERED ->
                new CleaningOrdered(OperationMessages.fromMessage(
                        message.getCleaningOrdered().getCleaning()));
            case CLEANING_DONE ->
                new CleaningDone(
                        IdMessages.shardId(message.getCleaningDone().getShard()),
                        IdMessages.serverId(message.getCleaningDone().getServerId()));
            case STANDBY_REGISTERED ->
                new StandbyRegistered(ShardMapMessages.fromMessage(
                        message.getStandbyRegistered().getManager()));
            case STANDBY_FORGOTTEN ->
                new StandbyForgotten(
                        IdMessages.managerId(message.getStandbyForgotten().getManagerId()));
            case MANAGERS_CHANGED -> RosterMessages.fromMessage(message.getManagersChanged());
            case SHARD_RECOVERED -> RecoveryMessages.fromMessage(message.getShardRecovered());
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

    private static ReplicasChanged replicasChanged(ReplicasChangedEvent message) {
        return new ReplicasChanged(
                IdMessages.shardId(message.getShard()),
                message.getVotersList().stream().map(IdMessages::serverId).toList(),
                message.getReplicaEpoch());
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

        @Override
        public ManagerEvent.Builder operationChanged(OperationChanged event) {
            return message.setOperationChanged(
                    OperationChangedEvent.newBuilder().setOperation(OperationMessages.toMessage(event.operation())));
        }

        @Override
        public ManagerEvent.Builder replicasChanged(ReplicasChanged event) {
            ReplicasChangedEvent.Builder changed = ReplicasChangedEvent.newBuilder()
                    .setShard(event.shard().value())
                    .setReplicaEpoch(event.replicaEpoch());
            event.voters().forEach(voter -> changed.addVoters(voter.value()));
            return message.setReplicasChanged(changed);
        }

        @Override
        public ManagerEvent.Builder paused(OperationsPaused event) {
            return message.setOperationsPaused(
                    OperationsPausedEvent.newBuilder().setPaused(event.paused()));
        }

        @Override
        public ManagerEvent.Builder cleaningOrdered(CleaningOrdered event) {
            return message.setCleaningOrdered(
                    CleaningOrderedEvent.newBuilder().setCleaning(OperationMessages.toMessage(event.cleaning())));
        }

        @Override
        public ManagerEvent.Builder cleaningDone(CleaningDone event) {
            return message.setCleaningDone(CleaningDoneEvent.newBuilder()
                    .setShard(event.shard().value())
                    .setServerId(event.server().value()));
        }

        @Override
        public ManagerEvent.Builder standbyRegistered(StandbyRegistered event) {
            return message.setStandbyRegistered(
                    StandbyRegisteredEvent.newBuilder().setManager(ShardMapMessages.toMessage(event.standby())));
        }

        @Override
        public ManagerEvent.Builder standbyForgotten(StandbyForgotten event) {
            return message.setStandbyForgotten(StandbyForgottenEvent.newBuilder()
                    .setManagerId(event.manager().value()));
        }

        @Override
        public ManagerEvent.Builder managersChanged(ManagersChanged event) {
            return message.setManagersChanged(RosterMessages.toMessage(event));
        }

        @Override
        public ManagerEvent.Builder recovered(ShardRecovered event) {
            return message.setShardRecovered(RecoveryMessages.toMessage(event));
        }
    }
}
