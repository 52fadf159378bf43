package io.ringkv.manager.log;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.state.AdvanceManagerChange;
import io.ringkv.manager.state.AdvanceOperation;
import io.ringkv.manager.state.CancelOperation;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ConfirmCleaning;
import io.ringkv.manager.state.CountMaintenance;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.DrainServer;
import io.ringkv.manager.state.EndMaintenance;
import io.ringkv.manager.state.ForgetStandby;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.MaintainServer;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.manager.state.OrderCleaning;
import io.ringkv.manager.state.PauseOperations;
import io.ringkv.manager.state.PlaceShards;
import io.ringkv.manager.state.RecoverShard;
import io.ringkv.manager.state.RegisterServer;
import io.ringkv.manager.state.RegisterStandby;
import io.ringkv.manager.state.RemoveServer;
import io.ringkv.manager.state.SetReplicationFactor;
import io.ringkv.manager.state.SettleLeaders;
import io.ringkv.manager.state.StartManagerChange;
import io.ringkv.manager.state.StartOperation;
import io.ringkv.manager.state.UndoOperation;
import io.ringkv.rpc.CountMaintenanceCommand;
import io.ringkv.rpc.CreateClusterCommand;
import io.ringkv.rpc.DrainServerCommand;
import io.ringkv.rpc.EndMaintenanceCommand;
import io.ringkv.rpc.MaintainServerCommand;
import io.ringkv.rpc.ManagerEntry;
import io.ringkv.rpc.MarkServerCommand;
import io.ringkv.rpc.PlaceShardsCommand;
import io.ringkv.rpc.RegisterServerCommand;
import io.ringkv.rpc.RemoveServerCommand;
import io.ringkv.rpc.ServerRecord;
import io.ringkv.rpc.SetReplicationFactorCommand;
import io.ringkv.rpc.SettleLeadersCommand;

/** Entries of the manager's log as bytes. */
public final class EntryCodec {

    /** The only format so far. */
    public static final int FORMAT = 1;

    private EntryCodec() {}

    /** The bytes of an entry. */
    public static byte[] encode(LoggedCommand logged) {
        return toMessage(logged).toByteArray();
    }

    /**
     * The entry in these bytes.
     *
     * @throws UnreadableLogException if any part of it is not known to this software or not valid
     */
    public static LoggedCommand decode(byte[] bytes) {
        try {
            ManagerEntry entry = ManagerEntry.parseFrom(bytes);
            checkKnown(entry);
            LoggedCommand logged = new LoggedCommand(
                    entry.getLevel(),
                    entry.getWallMillis(),
                    IdMessages.managerId(entry.getProposer()),
                    entry.getDecidedInTerm(),
                    entry.getExpectedRingEpoch(),
                    command(entry));
            // Fields and enum values that this software does not know would be lost on the way back.
            if (!toMessage(logged).equals(entry)) {
                throw new UnreadableLogException("a manager entry has parts that this software does not know");
            }
            return logged;
        } catch (InvalidProtocolBufferException | IllegalArgumentException | RingKvException e) {
            throw new UnreadableLogException("a manager entry of " + bytes.length + " bytes is not valid", e);
        }
    }

    private static void checkKnown(ManagerEntry entry) {
        if (entry.getFormat() != FORMAT) {
            throw new UnreadableLogException("manager log format " + entry.getFormat() + " (known: " + FORMAT + ")");
        }
        if (entry.getLevel() < 1 || entry.getLevel() > ClusterState.HIGHEST_LEVEL) {
            throw new UnreadableLogException(
                    "manager log level " + entry.getLevel() + " (known: 1 to " + ClusterState.HIGHEST_LEVEL + ")");
        }
    }

    private static ClusterCommand command(ManagerEntry entry) {
        return switch (entry.getCommandCase()) {
            case CREATE_CLUSTER ->
                new CreateCluster(
                        StateMessages.fromMessage(entry.getCreateCluster().getFounding()));
            case REGISTER_SERVER -> {
                RegisterServerCommand register = entry.getRegisterServer();
                yield StateMessages.registration(
                        register.getServer(), register.getVersion(), register.getLevelHighest());
            }
            case PLACE_SHARDS ->
                new PlaceShards(entry.getPlaceShards().getShardsList().stream()
                        .map(StateMessages::fromMessage)
                        .toList());
            case MARK_SERVER -> mark(entry.getMarkServer());
            case SETTLE_LEADERS ->
                new SettleLeaders(entry.getSettleLeaders().getShardsList().stream()
                        .map(ShardId::new)
                        .toList());
            case DRAIN_SERVER ->
                new DrainServer(
                        IdMessages.serverId(entry.getDrainServer().getServerId()),
                        entry.getDrainServer().getOn());
            case MAINTAIN_SERVER ->
                new MaintainServer(
                        IdMessages.serverId(entry.getMaintainServer().getServerId()),
                        entry.getMaintainServer().getMillis());
            case END_MAINTENANCE ->
                new EndMaintenance(
                        IdMessages.serverId(entry.getEndMaintenance().getServerId()),
                        entry.getEndMaintenance().getNumber());
            case COUNT_MAINTENANCE ->
                new CountMaintenance(
                        IdMessages.serverId(entry.getCountMaintenance().getServerId()),
                        entry.getCountMaintenance().getNumber(),
                        entry.getCountMaintenance().getLeftMillis());
            case REMOVE_SERVER ->
                new RemoveServer(
                        IdMessages.serverId(entry.getRemoveServer().getServerId()),
                        entry.getRemoveServer().getForce());
            case SET_REPLICATION_FACTOR ->
                new SetReplicationFactor(entry.getSetReplicationFactor().getReplicationFactor());
            case START_OPERATION,
                    ADVANCE_OPERATION,
                    UNDO_OPERATION,
                    CANCEL_OPERATION,
                    PAUSE_OPERATIONS,
                    ORDER_CLEANING,
                    CONFIRM_CLEANING -> OperationCommandMessages.fromMessage(entry);
            case REGISTER_STANDBY, FORGET_STANDBY, START_MANAGER_CHANGE, ADVANCE_MANAGER_CHANGE ->
                RosterMessages.fromMessage(entry);
            case RECOVER_SHARD -> RecoveryMessages.fromMessage(entry.getRecoverShard());
            case COMMAND_NOT_SET ->
                throw new UnreadableLogException("a manager entry holds no command that this software knows");
        };
    }

    private static MarkServer mark(MarkServerCommand message) {
        return new MarkServer(
                IdMessages.serverId(message.getServerId()),
                ShardMapMessages.fromMessage(message.getFrom()),
                ShardMapMessages.fromMessage(message.getTo()));
    }

    private static ManagerEntry toMessage(LoggedCommand logged) {
        ManagerEntry.Builder entry = ManagerEntry.newBuilder()
                .setFormat(FORMAT)
                .setLevel(logged.level())
                .setWallMillis(logged.wallMillis())
                .setProposer(logged.proposer().value())
                .setDecidedInTerm(logged.decidedInTerm())
                .setExpectedRingEpoch(logged.expectedRingEpoch());
        return logged.command().match(new CommandMessages(entry)).build();
    }

    /** Puts each type of command into its field. */
    private record CommandMessages(ManagerEntry.Builder entry) implements ClusterCommand.Cases<ManagerEntry.Builder> {

        @Override
        public ManagerEntry.Builder create(CreateCluster command) {
            return entry.setCreateCluster(
                    CreateClusterCommand.newBuilder().setFounding(StateMessages.toMessage(command.founding())));
        }

        @Override
        public ManagerEntry.Builder register(RegisterServer command) {
            ServerRecord.Builder server = ServerRecord.newBuilder()
                    .setServerId(command.server().value())
                    .setLabel(command.wantedLabel())
                    .setClientAddress(command.addresses().client())
                    .setPeerAddress(command.addresses().peer())
                    .setRaftAddress(command.addresses().raft())
                    .setHttpAddress(command.addresses().http())
                    .setZone(command.zone());
            return entry.setRegisterServer(RegisterServerCommand.newBuilder()
                    .setServer(server)
                    .setVersion(command.version())
                    .setLevelHighest(command.levelHighest()));
        }

        @Override
        public ManagerEntry.Builder place(PlaceShards command) {
            PlaceShardsCommand.Builder message = PlaceShardsCommand.newBuilder();
            command.shards().forEach(shard -> message.addShards(StateMessages.toMessage(shard)));
            return entry.setPlaceShards(message);
        }

        @Override
        public ManagerEntry.Builder mark(MarkServer command) {
            return entry.setMarkServer(MarkServerCommand.newBuilder()
                    .setServerId(command.server().value())
                    .setFrom(ShardMapMessages.toMessage(command.from()))
                    .setTo(ShardMapMessages.toMessage(command.to())));
        }

        @Override
        public ManagerEntry.Builder settle(SettleLeaders command) {
            SettleLeadersCommand.Builder message = SettleLeadersCommand.newBuilder();
            command.shards().forEach(shard -> message.addShards(shard.value()));
            return entry.setSettleLeaders(message);
        }

        @Override
        public ManagerEntry.Builder drain(DrainServer command) {
            return entry.setDrainServer(DrainServerCommand.newBuilder()
                    .setServerId(command.server().value())
                    .setOn(command.on()));
        }

        @Override
        public ManagerEntry.Builder maintain(MaintainServer command) {
            return entry.setMaintainServer(MaintainServerCommand.newBuilder()
                    .setServerId(command.server().value())
                    .setMillis(command.millis()));
        }

        @Override
        public ManagerEntry.Builder endMaintenance(EndMaintenance command) {
            return entry.setEndMaintenance(EndMaintenanceCommand.newBuilder()
                    .setServerId(command.server().value())
                    .setNumber(command.number()));
        }

        @Override
        public ManagerEntry.Builder countMaintenance(CountMaintenance command) {
            return entry.setCountMaintenance(CountMaintenanceCommand.newBuilder()
                    .setServerId(command.server().value())
                    .setNumber(command.number())
                    .setLeftMillis(command.leftMillis()));
        }

        @Override
        public ManagerEntry.Builder remove(RemoveServer command) {
            return entry.setRemoveServer(RemoveServerCommand.newBuilder()
                    .setServerId(command.server().value())
                    .setForce(command.force()));
        }

        @Override
        public ManagerEntry.Builder setReplicationFactor(SetReplicationFactor command) {
            return entry.setSetReplicationFactor(
                    SetReplicationFactorCommand.newBuilder().setReplicationFactor(command.replicationFactor()));
        }

        @Override
        public ManagerEntry.Builder start(StartOperation command) {
            return entry.setStartOperation(OperationCommandMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder advance(AdvanceOperation command) {
            return entry.setAdvanceOperation(OperationCommandMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder undo(UndoOperation command) {
            return entry.setUndoOperation(OperationCommandMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder cancel(CancelOperation command) {
            return entry.setCancelOperation(OperationCommandMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder pause(PauseOperations command) {
            return entry.setPauseOperations(OperationCommandMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder orderCleaning(OrderCleaning command) {
            return entry.setOrderCleaning(OperationCommandMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder confirmCleaning(ConfirmCleaning command) {
            return entry.setConfirmCleaning(OperationCommandMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder registerStandby(RegisterStandby command) {
            return entry.setRegisterStandby(RosterMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder forgetStandby(ForgetStandby command) {
            return entry.setForgetStandby(RosterMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder startManagerChange(StartManagerChange command) {
            return entry.setStartManagerChange(RosterMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder advanceManagerChange(AdvanceManagerChange command) {
            return entry.setAdvanceManagerChange(RosterMessages.toMessage(command));
        }

        @Override
        public ManagerEntry.Builder recover(RecoverShard command) {
            return entry.setRecoverShard(RecoveryMessages.toMessage(command));
        }
    }
}
