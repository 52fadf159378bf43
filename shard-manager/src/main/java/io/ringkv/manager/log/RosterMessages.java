package io.ringkv.manager.log;

import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.roster.ChangePhase;
import io.ringkv.manager.roster.ManagerChange;
import io.ringkv.manager.roster.ManagerRoster;
import io.ringkv.manager.state.AdvanceManagerChange;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ForgetStandby;
import io.ringkv.manager.state.ManagersChanged;
import io.ringkv.manager.state.RegisterStandby;
import io.ringkv.manager.state.ServerAddresses;
import io.ringkv.manager.state.StartManagerChange;
import io.ringkv.rpc.AdvanceManagerChangeCommand;
import io.ringkv.rpc.ForgetStandbyCommand;
import io.ringkv.rpc.ManagerEntry;
import io.ringkv.rpc.ManagerRecord;
import io.ringkv.rpc.ManagersChangedEvent;
import io.ringkv.rpc.RegisterStandbyCommand;
import io.ringkv.rpc.StartManagerChangeCommand;
import io.ringkv.rpc.StoredChangePhase;
import io.ringkv.rpc.StoredManagerChange;
import io.ringkv.rpc.StoredRoster;

/** What is logged of the managers themselves, in messages. */
public final class RosterMessages {

    private RosterMessages() {}

    /** The command of an entry that holds one about managers. */
    static ClusterCommand fromMessage(ManagerEntry entry) {
        return switch (entry.getCommandCase()) {
            case REGISTER_STANDBY -> registration(entry.getRegisterStandby().getManager());
            case FORGET_STANDBY ->
                new ForgetStandby(IdMessages.managerId(entry.getForgetStandby().getManagerId()));
            case START_MANAGER_CHANGE -> {
                StartManagerChangeCommand start = entry.getStartManagerChange();
                yield new StartManagerChange(
                        IdMessages.managerId(start.getManagerId()),
                        start.getAddition(),
                        start.getByOperator(),
                        start.getReason());
            }
            case ADVANCE_MANAGER_CHANGE -> {
                AdvanceManagerChangeCommand advance = entry.getAdvanceManagerChange();
                yield new AdvanceManagerChange(
                        advance.getNumber(), fromMessage(advance.getPhase()), advance.getCause());
            }
            default -> throw new UnreadableLogException("a manager entry holds no command about managers");
        };
    }

    /**
     * The registration of a standby, as it is logged or asked for.
     *
     * @throws io.ringkv.common.error.RingKvException if a part of it is not valid
     */
    public static RegisterStandby registration(ManagerRecord manager) {
        return new RegisterStandby(
                IdMessages.managerId(manager.getManagerId()),
                manager.getLabel(),
                new ServerAddresses(
                        manager.getClientAddress(), manager.getPeerAddress(), manager.getRaftAddress(), ""));
    }

    static RegisterStandbyCommand toMessage(RegisterStandby command) {
        return RegisterStandbyCommand.newBuilder()
                .setManager(ManagerRecord.newBuilder()
                        .setManagerId(command.manager().value())
                        .setLabel(command.wantedLabel())
                        .setClientAddress(command.addresses().client())
                        .setPeerAddress(command.addresses().peer())
                        .setRaftAddress(command.addresses().raft()))
                .build();
    }

    static ForgetStandbyCommand toMessage(ForgetStandby command) {
        return ForgetStandbyCommand.newBuilder()
                .setManagerId(command.manager().value())
                .build();
    }

    static StartManagerChangeCommand toMessage(StartManagerChange command) {
        return StartManagerChangeCommand.newBuilder()
                .setManagerId(command.manager().value())
                .setAddition(command.addition())
                .setByOperator(command.isOperators())
                .setReason(command.reason())
                .build();
    }

    static AdvanceManagerChangeCommand toMessage(AdvanceManagerChange command) {
        return AdvanceManagerChangeCommand.newBuilder()
                .setNumber(command.number())
                .setPhase(toMessage(command.phase()))
                .setCause(command.cause())
                .build();
    }

    static ManagersChangedEvent toMessage(ManagersChanged event) {
        return ManagersChangedEvent.newBuilder()
                .setChange(toMessage(event.change()))
                .setPhase(toMessage(event.phase()))
                .build();
    }

    static ManagersChanged fromMessage(ManagersChangedEvent message) {
        return new ManagersChanged(fromMessage(message.getChange()), fromMessage(message.getPhase()));
    }

    static StoredRoster toMessage(ManagerRoster roster) {
        StoredRoster.Builder message =
                StoredRoster.newBuilder().setWanted(roster.wanted()).setChanges(roster.changes());
        roster.members().forEach(member -> message.addMembers(ShardMapMessages.toMessage(member)));
        roster.standbys().forEach(standby -> message.addStandbys(ShardMapMessages.toMessage(standby)));
        roster.dismissed().forEach(manager -> message.addDismissed(manager.value()));
        if (roster.change() != null) {
            message.setChange(toMessage(roster.change()));
        }
        return message.build();
    }

    static ManagerRoster fromMessage(StoredRoster message) {
        return new ManagerRoster(
                message.getMembersList().stream()
                        .map(ShardMapMessages::fromMessage)
                        .toList(),
                message.getStandbysList().stream()
                        .map(ShardMapMessages::fromMessage)
                        .toList(),
                message.getWanted(),
                message.getChanges(),
                message.hasChange() ? fromMessage(message.getChange()) : null,
                message.getDismissedList().stream().map(IdMessages::managerId).toList());
    }

    private static StoredManagerChange toMessage(ManagerChange change) {
        return StoredManagerChange.newBuilder()
                .setNumber(change.number())
                .setAddition(change.addition())
                .setManager(ShardMapMessages.toMessage(change.manager()))
                .setByOperator(change.isOperators())
                .setReason(change.reason())
                .setUndoing(change.undoing())
                .setCause(change.cause())
                .build();
    }

    private static ManagerChange fromMessage(StoredManagerChange message) {
        return new ManagerChange(
                message.getNumber(),
                message.getAddition(),
                ShardMapMessages.fromMessage(message.getManager()),
                message.getByOperator(),
                message.getReason(),
                message.getUndoing(),
                message.getCause());
    }

    private static StoredChangePhase toMessage(ChangePhase phase) {
        return switch (phase) {
            case BEGUN -> StoredChangePhase.STORED_CHANGE_PHASE_BEGUN;
            case UNDOING -> StoredChangePhase.STORED_CHANGE_PHASE_UNDOING;
            case DONE -> StoredChangePhase.STORED_CHANGE_PHASE_DONE;
            case FAILED -> StoredChangePhase.STORED_CHANGE_PHASE_FAILED;
        };
    }

    private static ChangePhase fromMessage(StoredChangePhase phase) {
        return switch (phase) {
            case STORED_CHANGE_PHASE_BEGUN -> ChangePhase.BEGUN;
            case STORED_CHANGE_PHASE_UNDOING -> ChangePhase.UNDOING;
            case STORED_CHANGE_PHASE_DONE -> ChangePhase.DONE;
            case STORED_CHANGE_PHASE_FAILED -> ChangePhase.FAILED;
            case STORED_CHANGE_PHASE_UNSPECIFIED, UNRECOGNIZED ->
                throw new UnreadableLogException("phase " + phase + " of a change of managers is not known");
        };
    }
}
