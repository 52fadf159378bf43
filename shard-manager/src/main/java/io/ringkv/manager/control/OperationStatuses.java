package io.ringkv.manager.control;

import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.OperationStep;
import io.ringkv.manager.operation.Requester;
import io.ringkv.rpc.OperationStatus;
import java.util.List;

/** Operations as messages, for people and programs. Stateless. */
final class OperationStatuses {

    private OperationStatuses() {}

    /**
     * The message of an operation.
     *
     * @param waitsFor what it waits for now, for people; empty if that is not known
     */
    static OperationStatus toMessage(Operation operation, String waitsFor) {
        OperationOrder order = operation.order();
        List<OperationStep> course = course(order.kind());
        OperationStatus.Builder message = OperationStatus.newBuilder()
                .setNumber(operation.number())
                .setKind(order.kind().name())
                .setShard(order.shard().value())
                .setReason(order.reason())
                .setByOperator(order.requester() == Requester.OPERATOR)
                .setStatus(operation.status().name())
                .setStep(operation.step().name())
                .setStepsTotal(course.size())
                .setStepsDone(stepsDone(operation, course))
                .setAttempt(operation.attempt())
                .setCause(operation.cause())
                .setWaitsFor(waitsFor);
        if (order.source() != null) {
            message.setSource(order.source().value());
        }
        if (order.target() != null) {
            message.setTarget(order.target().value());
        }
        return message.build();
    }

    /** How many steps are behind it; those it can leave out count as done. */
    private static int stepsDone(Operation operation, List<OperationStep> course) {
        return switch (operation.status()) {
            case RUNNING -> Math.max(0, course.lastIndexOf(operation.step()));
            case DONE -> course.size();
            case UNDOING, FAILED, CANCELLED -> 0;
        };
    }

    private static List<OperationStep> course(OperationKind kind) {
        return switch (kind) {
            case MOVE_REPLICA ->
                List.of(
                        OperationStep.TRANSFER,
                        OperationStep.FENCE_ADD,
                        OperationStep.PREPARE,
                        OperationStep.ADD,
                        OperationStep.TRANSFER_AWAY,
                        OperationStep.FENCE_REMOVE,
                        OperationStep.REMOVE,
                        OperationStep.CLEAN);
            case REPLACE_REPLICA ->
                List.of(
                        OperationStep.FENCE_REMOVE,
                        OperationStep.PREPARE,
                        OperationStep.REMOVE,
                        OperationStep.FENCE_ADD,
                        OperationStep.ADD);
            case ADD_REPLICA -> List.of(OperationStep.FENCE_ADD, OperationStep.PREPARE, OperationStep.ADD);
            case REMOVE_REPLICA ->
                List.of(
                        OperationStep.TRANSFER_AWAY,
                        OperationStep.FENCE_REMOVE,
                        OperationStep.REMOVE,
                        OperationStep.CLEAN);
            case TRANSFER_LEADER -> List.of(OperationStep.TRANSFER);
        };
    }
}
