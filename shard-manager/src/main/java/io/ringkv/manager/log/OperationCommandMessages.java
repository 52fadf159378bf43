package io.ringkv.manager.log;

import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.operation.UndoGoal;
import io.ringkv.manager.state.AdvanceOperation;
import io.ringkv.manager.state.CancelOperation;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ConfirmCleaning;
import io.ringkv.manager.state.OrderCleaning;
import io.ringkv.manager.state.PauseOperations;
import io.ringkv.manager.state.StartOperation;
import io.ringkv.manager.state.UndoOperation;
import io.ringkv.rpc.AdvanceOperationCommand;
import io.ringkv.rpc.CancelOperationCommand;
import io.ringkv.rpc.ConfirmCleaningCommand;
import io.ringkv.rpc.ManagerEntry;
import io.ringkv.rpc.OrderCleaningCommand;
import io.ringkv.rpc.PauseOperationsCommand;
import io.ringkv.rpc.StartOperationCommand;
import io.ringkv.rpc.UndoOperationCommand;

/** Commands about operations in messages. */
final class OperationCommandMessages {

    private OperationCommandMessages() {}

    /** The command of an entry that holds one about operations. */
    static ClusterCommand fromMessage(ManagerEntry entry) {
        return switch (entry.getCommandCase()) {
            case START_OPERATION ->
                new StartOperation(
                        OperationMessages.fromMessage(entry.getStartOperation().getOrder()));
            case ADVANCE_OPERATION -> advance(entry.getAdvanceOperation());
            case UNDO_OPERATION -> undo(entry.getUndoOperation());
            case CANCEL_OPERATION ->
                new CancelOperation(entry.getCancelOperation().getNumber());
            case PAUSE_OPERATIONS ->
                new PauseOperations(entry.getPauseOperations().getPaused());
            case ORDER_CLEANING -> orderCleaning(entry.getOrderCleaning());
            case CONFIRM_CLEANING -> confirmCleaning(entry.getConfirmCleaning());
            default -> throw new UnreadableLogException("a manager entry holds no command about operations");
        };
    }

    private static AdvanceOperation advance(AdvanceOperationCommand message) {
        return new AdvanceOperation(
                message.getNumber(),
                message.getChanges(),
                message.hasFacts() ? OperationMessages.fromMessage(message.getFacts()) : null);
    }

    private static UndoOperation undo(UndoOperationCommand message) {
        UndoGoal goal = OperationMessages.goal(message.getGoal());
        if (goal == null) {
            throw new UnreadableLogException("an operation is to be undone without a goal");
        }
        return new UndoOperation(
                message.getNumber(), message.getChanges(), goal, message.getCause(), message.getEpochSeen());
    }

    private static OrderCleaning orderCleaning(OrderCleaningCommand message) {
        return new OrderCleaning(
                IdMessages.shardId(message.getShard()),
                IdMessages.serverId(message.getServerId()),
                OperationMessages.fromMessage(message.getFacts()),
                message.getEpochSeen());
    }

    private static ConfirmCleaning confirmCleaning(ConfirmCleaningCommand message) {
        return new ConfirmCleaning(
                IdMessages.shardId(message.getShard()), IdMessages.serverId(message.getServerId()), message.getEpoch());
    }

    static StartOperationCommand toMessage(StartOperation command) {
        return StartOperationCommand.newBuilder()
                .setOrder(OperationMessages.toMessage(command.order()))
                .build();
    }

    static AdvanceOperationCommand toMessage(AdvanceOperation command) {
        AdvanceOperationCommand.Builder message =
                AdvanceOperationCommand.newBuilder().setNumber(command.number()).setChanges(command.changes());
        if (command.facts() != null) {
            message.setFacts(OperationMessages.toMessage(command.facts()));
        }
        return message.build();
    }

    static UndoOperationCommand toMessage(UndoOperation command) {
        return UndoOperationCommand.newBuilder()
                .setNumber(command.number())
                .setChanges(command.changes())
                .setGoal(OperationMessages.goalMessage(command.goal()))
                .setCause(command.cause())
                .setEpochSeen(command.epochSeen())
                .build();
    }

    static CancelOperationCommand toMessage(CancelOperation command) {
        return CancelOperationCommand.newBuilder().setNumber(command.number()).build();
    }

    static PauseOperationsCommand toMessage(PauseOperations command) {
        return PauseOperationsCommand.newBuilder().setPaused(command.paused()).build();
    }

    static OrderCleaningCommand toMessage(OrderCleaning command) {
        return OrderCleaningCommand.newBuilder()
                .setShard(command.shard().value())
                .setServerId(command.server().value())
                .setFacts(OperationMessages.toMessage(command.facts()))
                .setEpochSeen(command.epochSeen())
                .build();
    }

    static ConfirmCleaningCommand toMessage(ConfirmCleaning command) {
        return ConfirmCleaningCommand.newBuilder()
                .setShard(command.shard().value())
                .setServerId(command.server().value())
                .setEpoch(command.epoch())
                .build();
    }
}
