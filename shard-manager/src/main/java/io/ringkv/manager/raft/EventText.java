package io.ringkv.manager.raft;

import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.manager.state.ClusterCreated;
import io.ringkv.manager.state.ClusterEvent;
import io.ringkv.manager.state.LeadersSettled;
import io.ringkv.manager.state.Maintenance;
import io.ringkv.manager.state.MaintenanceSet;
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
}
