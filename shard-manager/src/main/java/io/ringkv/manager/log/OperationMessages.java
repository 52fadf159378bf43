package io.ringkv.manager.log;

import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.OperationStatus;
import io.ringkv.manager.operation.OperationStep;
import io.ringkv.manager.operation.Operations;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.operation.UndoGoal;
import io.ringkv.manager.operation.VoterConfiguration;
import io.ringkv.rpc.StoredCleaning;
import io.ringkv.rpc.StoredConfiguration;
import io.ringkv.rpc.StoredOperation;
import io.ringkv.rpc.StoredOperationKind;
import io.ringkv.rpc.StoredOperationStatus;
import io.ringkv.rpc.StoredOperationStep;
import io.ringkv.rpc.StoredOperations;
import io.ringkv.rpc.StoredOrder;
import io.ringkv.rpc.StoredRequester;
import io.ringkv.rpc.StoredUndoGoal;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Operations in messages; commands, events and snapshots share them. */
final class OperationMessages {

    private OperationMessages() {}

    static StoredOperations toMessage(Operations operations) {
        StoredOperations.Builder message =
                StoredOperations.newBuilder().setStarted(operations.started()).setPaused(operations.paused());
        operations.running().values().forEach(operation -> message.addRunning(toMessage(operation)));
        operations.finished().forEach(operation -> message.addFinished(toMessage(operation)));
        operations.cleanings().forEach(cleaning -> message.addCleanings(toMessage(cleaning)));
        return message.build();
    }

    static Operations fromMessage(StoredOperations message) {
        SortedMap<Long, Operation> running = new TreeMap<>();
        message.getRunningList().stream()
                .map(OperationMessages::fromMessage)
                .forEach(operation -> running.put(operation.number(), operation));
        return new Operations(
                message.getStarted(),
                message.getPaused(),
                running,
                message.getFinishedList().stream()
                        .map(OperationMessages::fromMessage)
                        .toList(),
                message.getCleaningsList().stream()
                        .map(OperationMessages::fromMessage)
                        .toList());
    }

    static StoredOperation toMessage(Operation operation) {
        return StoredOperation.newBuilder()
                .setNumber(operation.number())
                .setOrder(toMessage(operation.order()))
                .setStatus(statusMessage(operation.status()))
                .setStep(stepMessage(operation.step()))
                .setEpoch(operation.epoch())
                .setAttempt(operation.attempt())
                .setChanges(operation.changes())
                .setUndoGoal(goalMessage(operation.undoGoal()))
                .setCause(operation.cause())
                .build();
    }

    static Operation fromMessage(StoredOperation message) {
        return new Operation(
                message.getNumber(),
                fromMessage(message.getOrder()),
                status(message.getStatus()),
                step(message.getStep()),
                message.getEpoch(),
                message.getAttempt(),
                message.getChanges(),
                goal(message.getUndoGoal()),
                message.getCause());
    }

    static StoredOrder toMessage(OperationOrder order) {
        return StoredOrder.newBuilder()
                .setKind(kindMessage(order.kind()))
                .setShard(order.shard().value())
                .setSource(order.source() == null ? 0 : order.source().value())
                .setTarget(order.target() == null ? 0 : order.target().value())
                .setReason(order.reason())
                .setRequester(
                        order.requester() == Requester.POLICY
                                ? StoredRequester.STORED_REQUESTER_POLICY
                                : StoredRequester.STORED_REQUESTER_OPERATOR)
                .build();
    }

    static OperationOrder fromMessage(StoredOrder message) {
        Requester requester = switch (message.getRequester()) {
            case STORED_REQUESTER_POLICY -> Requester.POLICY;
            case STORED_REQUESTER_OPERATOR -> Requester.OPERATOR;
            case STORED_REQUESTER_UNSPECIFIED, UNRECOGNIZED -> throw unknown("requester");
        };
        return new OperationOrder(
                kind(message.getKind()),
                IdMessages.shardId(message.getShard()),
                IdMessages.optionalServerId(message.getSource()),
                IdMessages.optionalServerId(message.getTarget()),
                message.getReason(),
                requester);
    }

    static StoredConfiguration toMessage(VoterConfiguration configuration) {
        StoredConfiguration.Builder message =
                StoredConfiguration.newBuilder().setTerm(configuration.term()).setIndex(configuration.index());
        configuration.voters().forEach(voter -> message.addVoters(voter.value()));
        return message.build();
    }

    static VoterConfiguration fromMessage(StoredConfiguration message) {
        return new VoterConfiguration(
                message.getVotersList().stream().map(IdMessages::serverId).toList(),
                message.getTerm(),
                message.getIndex());
    }

    static StoredCleaning toMessage(Cleaning cleaning) {
        return StoredCleaning.newBuilder()
                .setShard(cleaning.shard().value())
                .setGroupId(IdMessages.toBytes(cleaning.group()))
                .setServerId(cleaning.server().value())
                .setEpoch(cleaning.epoch())
                .setConfiguration(toMessage(cleaning.configuration()))
                .build();
    }

    static Cleaning fromMessage(StoredCleaning message) {
        return new Cleaning(
                IdMessages.shardId(message.getShard()),
                IdMessages.groupId(message.getGroupId()),
                IdMessages.serverId(message.getServerId()),
                message.getEpoch(),
                fromMessage(message.getConfiguration()));
    }

    private static StoredOperationKind kindMessage(OperationKind kind) {
        return switch (kind) {
            case MOVE_REPLICA -> StoredOperationKind.STORED_OPERATION_KIND_MOVE_REPLICA;
            case REPLACE_REPLICA -> StoredOperationKind.STORED_OPERATION_KIND_REPLACE_REPLICA;
            case ADD_REPLICA -> StoredOperationKind.STORED_OPERATION_KIND_ADD_REPLICA;
            case REMOVE_REPLICA -> StoredOperationKind.STORED_OPERATION_KIND_REMOVE_REPLICA;
            case TRANSFER_LEADER -> StoredOperationKind.STORED_OPERATION_KIND_TRANSFER_LEADER;
        };
    }

    private static OperationKind kind(StoredOperationKind message) {
        return switch (message) {
            case STORED_OPERATION_KIND_MOVE_REPLICA -> OperationKind.MOVE_REPLICA;
            case STORED_OPERATION_KIND_REPLACE_REPLICA -> OperationKind.REPLACE_REPLICA;
            case STORED_OPERATION_KIND_ADD_REPLICA -> OperationKind.ADD_REPLICA;
            case STORED_OPERATION_KIND_REMOVE_REPLICA -> OperationKind.REMOVE_REPLICA;
            case STORED_OPERATION_KIND_TRANSFER_LEADER -> OperationKind.TRANSFER_LEADER;
            case STORED_OPERATION_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown("kind");
        };
    }

    private static StoredOperationStatus statusMessage(OperationStatus status) {
        return switch (status) {
            case RUNNING -> StoredOperationStatus.STORED_OPERATION_STATUS_RUNNING;
            case UNDOING -> StoredOperationStatus.STORED_OPERATION_STATUS_UNDOING;
            case DONE -> StoredOperationStatus.STORED_OPERATION_STATUS_DONE;
            case FAILED -> StoredOperationStatus.STORED_OPERATION_STATUS_FAILED;
            case CANCELLED -> StoredOperationStatus.STORED_OPERATION_STATUS_CANCELLED;
        };
    }

    private static OperationStatus status(StoredOperationStatus message) {
        return switch (message) {
            case STORED_OPERATION_STATUS_RUNNING -> OperationStatus.RUNNING;
            case STORED_OPERATION_STATUS_UNDOING -> OperationStatus.UNDOING;
            case STORED_OPERATION_STATUS_DONE -> OperationStatus.DONE;
            case STORED_OPERATION_STATUS_FAILED -> OperationStatus.FAILED;
            case STORED_OPERATION_STATUS_CANCELLED -> OperationStatus.CANCELLED;
            case STORED_OPERATION_STATUS_UNSPECIFIED, UNRECOGNIZED -> throw unknown("status");
        };
    }

    private static StoredOperationStep stepMessage(OperationStep step) {
        return switch (step) {
            case TRANSFER -> StoredOperationStep.STORED_OPERATION_STEP_TRANSFER;
            case FENCE_ADD -> StoredOperationStep.STORED_OPERATION_STEP_FENCE_ADD;
            case PREPARE -> StoredOperationStep.STORED_OPERATION_STEP_PREPARE;
            case ADD -> StoredOperationStep.STORED_OPERATION_STEP_ADD;
            case TRANSFER_AWAY -> StoredOperationStep.STORED_OPERATION_STEP_TRANSFER_AWAY;
            case FENCE_REMOVE -> StoredOperationStep.STORED_OPERATION_STEP_FENCE_REMOVE;
            case REMOVE -> StoredOperationStep.STORED_OPERATION_STEP_REMOVE;
            case CLEAN -> StoredOperationStep.STORED_OPERATION_STEP_CLEAN;
            case UNDO_FENCE -> StoredOperationStep.STORED_OPERATION_STEP_UNDO_FENCE;
            case UNDO_SETTLE -> StoredOperationStep.STORED_OPERATION_STEP_UNDO_SETTLE;
        };
    }

    private static OperationStep step(StoredOperationStep message) {
        return switch (message) {
            case STORED_OPERATION_STEP_TRANSFER -> OperationStep.TRANSFER;
            case STORED_OPERATION_STEP_FENCE_ADD -> OperationStep.FENCE_ADD;
            case STORED_OPERATION_STEP_PREPARE -> OperationStep.PREPARE;
            case STORED_OPERATION_STEP_ADD -> OperationStep.ADD;
            case STORED_OPERATION_STEP_TRANSFER_AWAY -> OperationStep.TRANSFER_AWAY;
            case STORED_OPERATION_STEP_FENCE_REMOVE -> OperationStep.FENCE_REMOVE;
            case STORED_OPERATION_STEP_REMOVE -> OperationStep.REMOVE;
            case STORED_OPERATION_STEP_CLEAN -> OperationStep.CLEAN;
            case STORED_OPERATION_STEP_UNDO_FENCE -> OperationStep.UNDO_FENCE;
            case STORED_OPERATION_STEP_UNDO_SETTLE -> OperationStep.UNDO_SETTLE;
            case STORED_OPERATION_STEP_UNSPECIFIED, UNRECOGNIZED -> throw unknown("step");
        };
    }

    static StoredUndoGoal goalMessage(@Nullable UndoGoal goal) {
        if (goal == null) {
            return StoredUndoGoal.STORED_UNDO_GOAL_UNSPECIFIED;
        }
        return switch (goal) {
            case RETRY -> StoredUndoGoal.STORED_UNDO_GOAL_RETRY;
            case FAIL -> StoredUndoGoal.STORED_UNDO_GOAL_FAIL;
            case CANCEL -> StoredUndoGoal.STORED_UNDO_GOAL_CANCEL;
        };
    }

    static @Nullable UndoGoal goal(StoredUndoGoal message) {
        return switch (message) {
            case STORED_UNDO_GOAL_UNSPECIFIED -> null;
            case STORED_UNDO_GOAL_RETRY -> UndoGoal.RETRY;
            case STORED_UNDO_GOAL_FAIL -> UndoGoal.FAIL;
            case STORED_UNDO_GOAL_CANCEL -> UndoGoal.CANCEL;
            case UNRECOGNIZED -> throw unknown("undo goal");
        };
    }

    private static UnreadableLogException unknown(String what) {
        return new UnreadableLogException("an operation has a " + what + " that this software does not know");
    }
}
