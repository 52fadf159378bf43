package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which step follows which. Part of the replicated state machine: a change needs a new level.
 *
 * <pre>
 * MOVE_REPLICA     TRANSFER unless it is the only voter, FENCE_ADD, PREPARE, ADD, TRANSFER_AWAY, FENCE_REMOVE, REMOVE,
 *                  CLEAN
 * REPLACE_REPLICA  FENCE_REMOVE, PREPARE, REMOVE, FENCE_ADD, PREPARE, ADD
 * ADD_REPLICA      FENCE_ADD, PREPARE, ADD
 * REMOVE_REPLICA   TRANSFER_AWAY, FENCE_REMOVE, REMOVE, CLEAN
 * TRANSFER_LEADER  TRANSFER
 * undone           UNDO_FENCE, UNDO_SETTLE, then as the voters turn out to be: CLEAN the target; or go on; or, when a move was
 *                  cancelled after the target had become a voter, TRANSFER_AWAY, FENCE_REMOVE, REMOVE, CLEAN of the target;
 *                  if that cannot be done either, UNDO_FENCE, UNDO_SETTLE, and the shard keeps a replica too many
 * </pre>
 *
 * <p>The replacement of a dead server prepares its successor before anything is removed, so that nothing is when there is
 * none; the second PREPARE is over at once if the replica is still there.
 */
public final class OperationCourse {

    private OperationCourse() {}

    /** An operation at its first step. */
    public static Operation begin(long number, OperationOrder order, ShardBooks books) {
        OperationStep first = firstStep(order, books.voters());
        long epoch = first.isFence() ? books.reservedEpoch() + 1 : 0;
        return new Operation(number, order, OperationStatus.RUNNING, first, epoch, 1, 0, null, "");
    }

    /**
     * What follows the present step, which is over.
     *
     * @param facts committed configuration that a ready leader reports; needed by ADD, REMOVE and UNDO_SETTLE
     * @return null if the facts do not show that the step is over
     */
    public static @Nullable Transition advance(
            Operation operation, ShardBooks books, @Nullable VoterConfiguration facts) {
        OperationOrder order = operation.order();
        return switch (operation.step()) {
            case TRANSFER, TRANSFER_AWAY, FENCE_ADD, FENCE_REMOVE, PREPARE -> {
                OperationStep next = nextStep(order, operation.step(), books.voters());
                yield next == null
                        ? only(over(operation, OperationStatus.DONE))
                        : only(at(operation, next, books.reservedEpoch()));
            }
            case ADD -> changed(operation, books, facts, with(books.voters(), order.requireTarget()), List.of());
            case REMOVE -> {
                ServerId leaving = operation.leaving();
                yield leaving == null
                        ? null
                        : changed(operation, books, facts, without(books.voters(), leaving), List.of(leaving));
            }
            case CLEAN -> only(cleaned(operation, books));
            case UNDO_FENCE -> only(at(operation, OperationStep.UNDO_SETTLE, books.reservedEpoch()));
            case UNDO_SETTLE -> facts == null ? null : settled(operation, books, facts);
        };
    }

    /**
     * An operation that is to be undone, or whose undoing needs another fence or has another goal now.
     *
     * @param epochSeen highest replica epoch seen in reports
     * @return null if there is nothing to undo any more
     */
    public static @Nullable Transition undo(
            Operation operation, ShardBooks books, UndoGoal wanted, String cause, long epochSeen) {
        UndoGoal goal =
                wanted == UndoGoal.RETRY && operation.attempt() >= Operation.MAX_ATTEMPTS ? UndoGoal.FAIL : wanted;
        ShardBooks above = books.above(epochSeen);
        String clipped = clip(cause);
        if (operation.isReversing() && wanted == UndoGoal.FAIL) {
            return only(at(undoing(operation, goal, clipped), OperationStep.UNDO_FENCE, above.reservedEpoch()));
        }
        if (operation.status() == OperationStatus.UNDOING) {
            UndoGoal before = operation.undoGoal() == null ? goal : operation.undoGoal();
            UndoGoal later = before.compareTo(goal) > 0 ? before : goal;
            boolean needsFence = epochSeen >= operation.epoch() && operation.step() != OperationStep.CLEAN;
            if (!needsFence && later == before) {
                return null;
            }
            Operation undone = undoing(operation, later, clipped);
            return only(needsFence ? at(undone, OperationStep.UNDO_FENCE, above.reservedEpoch()) : undone);
        }
        if (operation.status().isOver() || operation.step() == OperationStep.CLEAN) {
            return null;
        }
        Operation undone = undoing(operation, goal, clipped);
        return operation.isFenced()
                ? only(at(undone, OperationStep.UNDO_FENCE, above.reservedEpoch()))
                : concluded(undone, above, null, List.of());
    }

    /** The voters are as the step wants them, or it is not over. */
    private static @Nullable Transition changed(
            Operation operation,
            ShardBooks books,
            @Nullable VoterConfiguration facts,
            List<ServerId> wanted,
            List<ServerId> toClean) {
        if (facts == null || !Set.copyOf(wanted).equals(Set.copyOf(facts.voters()))) {
            return null;
        }
        OperationStep next = nextStep(operation.order(), operation.step(), wanted);
        Operation after =
                next == null ? over(operation, OperationStatus.DONE) : at(operation, next, books.reservedEpoch());
        return new Transition(after, wanted, toClean);
    }

    private static Operation cleaned(Operation operation, ShardBooks books) {
        UndoGoal goal = operation.undoGoal();
        if (operation.status() != OperationStatus.UNDOING || goal == null) {
            return over(operation, OperationStatus.DONE);
        }
        ServerId target = operation.leaving();
        return goal == UndoGoal.RETRY && (target == null || !books.cleaning().contains(target))
                ? again(operation, books.voters(), books.reservedEpoch())
                : over(operation, goal == UndoGoal.CANCEL ? OperationStatus.CANCELLED : OperationStatus.FAILED);
    }

    /** After a fence that lets nothing happen any more: what has happened. */
    private static @Nullable Transition settled(Operation operation, ShardBooks books, VoterConfiguration facts) {
        OperationOrder order = operation.order();
        Set<ServerId> reported = Set.copyOf(facts.voters());
        List<ServerId> before = books.voters();
        if (reported.equals(Set.copyOf(before))) {
            return concluded(operation, books, null, List.of());
        }
        ServerId target = order.target();
        ServerId source = order.source();
        if (target != null && reported.equals(Set.copyOf(with(before, target)))) {
            return concluded(operation, books, with(before, target), List.of());
        }
        for (ServerId gone : new ServerId[] {source, target}) {
            if (gone != null && reported.equals(Set.copyOf(without(before, gone)))) {
                return concluded(operation, books, without(before, gone), List.of(gone));
            }
        }
        return null;
    }

    /** Where it goes from here, all that was sent being void. */
    private static Transition concluded(
            Operation operation, ShardBooks books, @Nullable List<ServerId> changed, List<ServerId> toClean) {
        List<ServerId> voters = changed == null ? books.voters() : changed;
        OperationOrder order = operation.order();
        UndoGoal goal = operation.undoGoal() == null ? UndoGoal.FAIL : operation.undoGoal();
        boolean changesVoters = order.kind().changesVoters();
        boolean hasGone = order.source() == null || !voters.contains(order.source());
        boolean hasCome = order.target() == null || voters.contains(order.target());
        if (changesVoters && hasGone && hasCome) {
            // It was done before it could be undone.
            Operation forward = forward(operation);
            boolean waits = order.kind() != OperationKind.REPLACE_REPLICA && !toClean.isEmpty();
            Operation after = waits
                    ? at(forward, OperationStep.CLEAN, books.reservedEpoch())
                    : over(forward, OperationStatus.DONE);
            return new Transition(after, changed, toClean);
        }
        if (changesVoters && order.target() != null && !hasCome && operation.isFenced()) {
            List<ServerId> all = new ArrayList<>(toClean);
            if (!all.contains(order.target())) {
                all.add(order.target());
            }
            return new Transition(at(operation, OperationStep.CLEAN, books.reservedEpoch()), changed, all);
        }
        if (goal == UndoGoal.CANCEL && order.kind() == OperationKind.MOVE_REPLICA && hasCome) {
            return new Transition(at(operation, OperationStep.TRANSFER_AWAY, books.reservedEpoch()), changed, toClean);
        }
        Operation after = switch (goal) {
            case RETRY -> again(operation, voters, books.reservedEpoch());
            case FAIL -> over(operation, OperationStatus.FAILED);
            case CANCEL -> over(operation, OperationStatus.CANCELLED);
        };
        return new Transition(after, changed, toClean);
    }

    private static OperationStep firstStep(OperationOrder order, List<ServerId> voters) {
        return switch (order.kind()) {
            case MOVE_REPLICA -> {
                if (voters.contains(order.requireTarget())) {
                    yield OperationStep.TRANSFER_AWAY;
                }
                // The only voter can hand over to nobody before the target is there.
                yield voters.size() == 1 ? OperationStep.FENCE_ADD : OperationStep.TRANSFER;
            }
            case REPLACE_REPLICA ->
                voters.contains(order.requireSource()) ? OperationStep.FENCE_REMOVE : OperationStep.FENCE_ADD;
            case ADD_REPLICA -> OperationStep.FENCE_ADD;
            case REMOVE_REPLICA -> OperationStep.TRANSFER_AWAY;
            case TRANSFER_LEADER -> OperationStep.TRANSFER;
        };
    }

    /** Null after the last one. */
    private static @Nullable OperationStep nextStep(OperationOrder order, OperationStep step, List<ServerId> voters) {
        OperationKind kind = order.kind();
        boolean replaces = kind == OperationKind.REPLACE_REPLICA;
        return switch (step) {
            case TRANSFER -> kind.changesVoters() ? OperationStep.FENCE_ADD : null;
            case FENCE_ADD -> OperationStep.PREPARE;
            case PREPARE ->
                replaces && voters.contains(order.requireSource()) ? OperationStep.REMOVE : OperationStep.ADD;
            case ADD -> kind == OperationKind.MOVE_REPLICA ? OperationStep.TRANSFER_AWAY : null;
            case TRANSFER_AWAY -> OperationStep.FENCE_REMOVE;
            case FENCE_REMOVE -> replaces ? OperationStep.PREPARE : OperationStep.REMOVE;
            case REMOVE -> replaces ? OperationStep.FENCE_ADD : OperationStep.CLEAN;
            case CLEAN, UNDO_FENCE, UNDO_SETTLE -> null;
        };
    }

    private static Transition only(Operation operation) {
        return new Transition(operation, null, List.of());
    }

    private static Operation at(Operation of, OperationStep step, long reservedEpoch) {
        long epoch = step.isFence() ? reservedEpoch + 1 : of.epoch();
        return copy(of, of.status(), step, epoch, of.attempt(), of.undoGoal(), of.cause());
    }

    private static Operation undoing(Operation of, UndoGoal goal, String cause) {
        return copy(of, OperationStatus.UNDOING, of.step(), of.epoch(), of.attempt(), goal, cause);
    }

    private static Operation forward(Operation of) {
        return copy(of, OperationStatus.RUNNING, of.step(), of.epoch(), of.attempt(), null, of.cause());
    }

    private static Operation over(Operation of, OperationStatus status) {
        return copy(of, status, of.step(), of.epoch(), of.attempt(), of.undoGoal(), of.cause());
    }

    private static Operation again(Operation of, List<ServerId> voters, long reservedEpoch) {
        if (of.attempt() >= Operation.MAX_ATTEMPTS) {
            return over(of, OperationStatus.FAILED);
        }
        OperationStep first = firstStep(of.order(), voters);
        long epoch = first.isFence() ? reservedEpoch + 1 : 0;
        return copy(of, OperationStatus.RUNNING, first, epoch, of.attempt() + 1, null, of.cause());
    }

    private static Operation copy(
            Operation of,
            OperationStatus status,
            OperationStep step,
            long epoch,
            int attempt,
            @Nullable UndoGoal goal,
            String cause) {
        return new Operation(of.number(), of.order(), status, step, epoch, attempt, of.changes() + 1, goal, cause);
    }

    private static List<ServerId> with(List<ServerId> voters, ServerId joining) {
        if (voters.contains(joining)) {
            return voters;
        }
        List<ServerId> all = new ArrayList<>(voters);
        all.add(joining);
        return all;
    }

    private static List<ServerId> without(List<ServerId> voters, ServerId leaving) {
        return voters.stream().filter(voter -> !voter.equals(leaving)).toList();
    }

    private static String clip(String cause) {
        return cause.length() <= Operation.MAX_CAUSE_LENGTH ? cause : cause.substring(0, Operation.MAX_CAUSE_LENGTH);
    }
}
