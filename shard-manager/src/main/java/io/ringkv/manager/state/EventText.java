package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.roster.ManagerChange;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** Events in a few words, for logs and for people. */
public final class EventText implements ClusterEvent.Cases<String> {

    private final Function<ServerId, String> names;

    /** Words that call servers by these names. */
    public EventText(Function<ServerId, String> names) {
        this.names = Objects.requireNonNull(names, "names");
    }

    /** The event, with servers by their ids. */
    public static String of(ClusterEvent event) {
        return event.match(new EventText(ServerId::toString));
    }

    @Override
    public String created(ClusterCreated event) {
        return "cluster " + event.founding().cluster() + " created with "
                + event.founding().managers().size() + " managers, "
                + event.founding().settings().shards() + " shards for "
                + event.founding().settings().expectedServers() + " servers, "
                + event.founding().settings().replicationFactor() + " replicas each";
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
        return "server " + names.apply(event.server()) + " from " + event.from() + " to " + event.to();
    }

    @Override
    public String settled(LeadersSettled event) {
        return "first leaders settled of shards " + event.shards();
    }

    @Override
    public String drainSet(ServerDrainSet event) {
        return "server " + names.apply(event.server()) + (event.on() ? " is to be emptied" : " is to be kept");
    }

    @Override
    public String maintenanceSet(MaintenanceSet event) {
        Maintenance maintenance = event.maintenance();
        return maintenance == null
                ? "maintenance of server " + names.apply(event.server()) + " ended"
                : "maintenance of server " + names.apply(event.server()) + " for " + maintenance.millis()
                        + " ms from now";
    }

    @Override
    public String removed(ServerRemoved event) {
        return "server " + names.apply(event.server()) + " removed for ever"
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

    private String describe(Operation operation) {
        OperationOrder order = operation.order();
        StringBuilder text = new StringBuilder("operation ")
                .append(operation.number())
                .append(' ')
                .append(order.kind())
                .append(" of shard ")
                .append(order.shard());
        if (order.source() != null) {
            text.append(" from ").append(names.apply(order.source()));
        }
        if (order.target() != null) {
            text.append(" to ").append(names.apply(order.target()));
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
        return "shard " + event.shard() + " has voters "
                + event.voters().stream().map(names).toList() + " by replica epoch " + event.replicaEpoch();
    }

    @Override
    public String paused(OperationsPaused event) {
        return event.paused() ? "operations paused" : "operations resumed";
    }

    @Override
    public String cleaningOrdered(CleaningOrdered event) {
        return "replica of shard " + event.cleaning().shard() + " at "
                + names.apply(event.cleaning().server()) + " to be deleted by replica epoch "
                + event.cleaning().epoch();
    }

    @Override
    public String cleaningDone(CleaningDone event) {
        return "replica of shard " + event.shard() + " at " + names.apply(event.server()) + " deleted";
    }

    @Override
    public String standbyRegistered(StandbyRegistered event) {
        ManagerRecord record = event.standby();
        return "manager " + record.label() + " (" + record.id() + ") at " + record.clientAddress() + " stands by";
    }

    @Override
    public String standbyForgotten(StandbyForgotten event) {
        return "manager " + event.manager() + " stands by no more";
    }

    @Override
    public String managersChanged(ManagersChanged event) {
        ManagerChange change = event.change();
        String text = "change " + change.number() + " of managers, " + change.text() + ": "
                + event.phase().name().toLowerCase(Locale.ROOT);
        return switch (event.phase()) {
            case BEGUN -> text + "; " + change.reason();
            case UNDOING, FAILED, DONE -> change.cause().isEmpty() ? text : text + "; " + change.cause();
        };
    }

    @Override
    public String recovered(ShardRecovered event) {
        ManagedShard shard = event.shard();
        return "shard " + shard.record().id() + " recovered with loss from " + names.apply(shard.firstLeader())
                + " as incarnation " + shard.record().incarnation() + " by replica epoch "
                + shard.record().replicaEpoch() + ": " + event.loss();
    }
}
