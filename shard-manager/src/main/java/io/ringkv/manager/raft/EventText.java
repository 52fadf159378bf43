package io.ringkv.manager.raft;

import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.state.CleaningDone;
import io.ringkv.manager.state.CleaningOrdered;
import io.ringkv.manager.state.ClusterCreated;
import io.ringkv.manager.state.ClusterEvent;
import io.ringkv.manager.state.LeadersSettled;
import io.ringkv.manager.state.Maintenance;
import io.ringkv.manager.state.MaintenanceSet;
import io.ringkv.manager.state.OperationChanged;
import io.ringkv.manager.state.OperationsPaused;
import io.ringkv.manager.state.ReplicasChanged;
import io.ringkv.manager.state.ReplicationFactorSet;
import io.ringkv.manager.state.ServerDrainSet;
import io.ringkv.manager.state.ServerMarked;
import io.ringkv.manager.state.ServerRegistered;
import io.ringkv.manager.state.ServerRemoved;
import io.ringkv.manager.state.ShardsPlaced;

/** Events in a few words, for the log of the process. */
final class EventText implements ClusterEvent.Cases<String> {

    private static final EventText WORDS = new EventText();

    private EventText() {}

    static String of(ClusterEvent event) {
        return event.match(WORDS);
    }

    @Override
    public String created(ClusterCreated event) {
        return "cluster " + event.founding().cluster() + " created with "
                + event.founding().managers().size() + " managers and "
                + event.founding().settings();
    }

    @Override
    public String registered(ServerRegistered event) {
        ServerRecord record = event.server().record();
        return "server " + record.label() + " (" + record.id() + ") at " + record.clientAddress() + " registered, "
                + record.state();
    }

    @Override
    public String placed(ShardsPlaced event) {
        return event.shards().size() + " shards placed";
    }

    @Override
    public String marked(ServerMarked event) {
        return "server " + event.server() + " from " + event.from() + " to " + event.to();
    }

    @Override
    public String settled(LeadersSettled event) {
        return "first leaders settled of shards " + event.shards();
    }

    @Override
    public String drainSet(ServerDrainSet event) {
        return "server " + event.server() + (event.on() ? " is to be emptied" : " is to be kept");
    }

    @Override
    public String maintenanceSet(MaintenanceSet event) {
        Maintenance maintenance = event.maintenance();
        return maintenance == null
                ? "maintenance of server " + event.server() + " ended"
                : "maintenance of server " + event.server() + " for " + maintenance.millis() + " ms";
    }

    @Override
    public String removed(ServerRemoved event) {
        return "server " + event.server() + " removed for ever"
                + (event.shards().isEmpty() ? "" : ", with its replicas of shards " + event.shards());
    }

    @Override
    public String replicationFactorSet(ReplicationFactorSet event) {
        return "replication factor from " + event.from() + " to " + event.to();
    }

    @Override
    public String operationChanged(OperationChanged event) {
        return describe(event.operation());
    }

    private static String describe(Operation operation) {
        OperationOrder order = operation.order();
        StringBuilder text = new StringBuilder("operation ")
                .append(operation.number())
                .append(' ')
                .append(order.kind())
                .append(" of shard ")
                .append(order.shard());
        if (order.source() != null) {
            text.append(" from ").append(order.source());
        }
        if (order.target() != null) {
            text.append(" to ").append(order.target());
        }
        text.append(": ").append(operation.status());
        if (!operation.status().isOver()) {
            text.append(' ').append(operation.step()).append(", epoch ").append(operation.epoch());
        }
        return operation.cause().isEmpty()
                ? text.toString()
                : text.append("; ").append(operation.cause()).toString();
    }

    @Override
    public String replicasChanged(ReplicasChanged event) {
        return "shard " + event.shard() + " has voters " + event.voters() + " by replica epoch " + event.replicaEpoch();
    }

    @Override
    public String paused(OperationsPaused event) {
        return event.paused() ? "operations paused" : "operations resumed";
    }

    @Override
    public String cleaningOrdered(CleaningOrdered event) {
        return "replica of shard " + event.cleaning().shard() + " at "
                + event.cleaning().server() + " to be deleted by replica epoch "
                + event.cleaning().epoch();
    }

    @Override
    public String cleaningDone(CleaningDone event) {
        return "replica of shard " + event.shard() + " at " + event.server() + " deleted";
    }
}
