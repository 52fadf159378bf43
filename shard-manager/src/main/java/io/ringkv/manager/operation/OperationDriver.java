package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what is to be done next for an operation, by what is agreed on and by what reports show. Pure, and without memory: a
 * manager that takes over says the same.
 *
 * <p>In this order: a step that is over is left; what has become hopeless, or took too long, is undone; otherwise the
 * instruction of the step is given, if the shard is fit for it. Giving it again does no harm, so nothing is remembered of
 * what was sent. The fence of an undoing is never given up: it is what makes everything sent before void.
 *
 * <p>What fit means is the business of {@link VoterFitness}.
 */
public final class OperationDriver {

    private final Operation operation;
    private final ShardBooks books;
    private final ShardObservation seen;
    private final long elapsedMillis;
    private final DriverLimits limits;
    private final VoterFitness fitness;

    private OperationDriver(
            Operation operation, ShardBooks books, ShardObservation seen, long elapsedMillis, DriverLimits limits) {
        this.operation = operation;
        this.books = books;
        this.seen = seen;
        this.elapsedMillis = elapsedMillis;
        this.limits = limits;
        this.fitness = new VoterFitness(books, seen, limits);
    }

    /**
     * The next act.
     *
     * @param elapsedMillis since the operation came to its present step, as far as this manager has seen
     * @param isPaused operations are to wait before their next change
     */
    public static DriverAct next(
            Operation operation,
            ShardBooks books,
            ShardObservation seen,
            long elapsedMillis,
            boolean isPaused,
            DriverLimits limits) {
        if (isPaused && operation.isHeldByPause()) {
            return new DriverAct.Wait("operations to be resumed");
        }
        return new OperationDriver(operation, books, seen, elapsedMillis, limits).next();
    }

    private DriverAct next() {
        DriverAct act = switch (operation.step()) {
            case TRANSFER, TRANSFER_AWAY -> transfer();
            case FENCE_ADD -> fence(fitness::flawOfAddition);
            case FENCE_REMOVE -> fence(leader -> fitness.flawOfRemoval(leader, operation.leaving()));
            case UNDO_FENCE -> fence(leader -> null);
            case PREPARE -> prepare();
            case ADD -> add();
            case REMOVE -> remove();
            case CLEAN -> clean();
            case UNDO_SETTLE -> settle();
        };
        boolean isWaiting = act instanceof DriverAct.Wait || act instanceof DriverAct.Instruct;
        if (isWaiting && operation.isReversing() && elapsedMillis >= limits.stepMillis()) {
            return undo(UndoGoal.FAIL, tooLong(limits.stepMillis(), act));
        }
        if (!isWaiting || operation.status() != OperationStatus.RUNNING || operation.step() == OperationStep.CLEAN) {
            return act;
        }
        String hopeless = hopeless();
        if (hopeless != null) {
            return undo(UndoGoal.FAIL, hopeless);
        }
        if (elapsedMillis < backoffMillis()) {
            return new DriverAct.Wait("the next attempt");
        }
        long most = operation.step() == OperationStep.ADD ? limits.addMillis() : limits.stepMillis();
        return elapsedMillis < most ? act : undo(UndoGoal.RETRY, tooLong(most, act));
    }

    private String tooLong(long most, DriverAct act) {
        LeaderSighting leader = seen.leader();
        String failure = leader == null || leader.failure().isEmpty() ? "" : "; last answer: " + leader.failure();
        return operation.step() + " took more than " + most + " ms waiting for " + act.waitsFor() + failure;
    }

    private long backoffMillis() {
        boolean isBetweenChanges = operation.isHeldByPause();
        return isBetweenChanges && operation.attempt() > 1
                ? limits.backoffMillis() << Math.min(operation.attempt() - 2, 10)
                : 0;
    }

    /** Why going on makes no sense; null if it may. */
    private @Nullable String hopeless() {
        OperationOrder order = operation.order();
        if (seen.isGone(order.target())) {
            return "Server " + seen.name(order.target()) + ", its target, is gone.";
        }
        ServerId source = order.source();
        boolean isAdding = switch (operation.step()) {
            case TRANSFER, FENCE_ADD, PREPARE, ADD -> true;
            case TRANSFER_AWAY, FENCE_REMOVE, REMOVE, CLEAN, UNDO_FENCE, UNDO_SETTLE -> false;
        };
        if (order.kind() == OperationKind.MOVE_REPLICA && isAdding && seen.isGone(source)) {
            return "Server " + seen.name(source) + ", its source, is gone; its replica is to be replaced instead.";
        }
        boolean addsBeforeItRemoves =
                order.kind() == OperationKind.MOVE_REPLICA || order.kind() == OperationKind.ADD_REPLICA;
        if (addsBeforeItRemoves && isAdding && !isStaged(order.target()) && fitness.deadForbidAddition()) {
            // To wait would hold up the repair: a shard has one operation at a time.
            return "Voters are dead, and those that live may get no further one before the dead are replaced.";
        }
        if (order.kind() == OperationKind.REPLACE_REPLICA
                && (operation.step() == OperationStep.FENCE_REMOVE || operation.step() == OperationStep.PREPARE)
                && source != null
                && books.voters().contains(source)
                && isBack(source)) {
            return "Server " + seen.name(source) + ", its source, is back with its replica.";
        }
        return null;
    }

    private boolean isStaged(@Nullable ServerId target) {
        LeaderSighting leader = seen.leader();
        return leader != null && target != null && target.equals(leader.staged());
    }

    private boolean isBack(ServerId source) {
        ReplicaSighting sighting = seen.replicas().get(source);
        return sighting != null
                && sighting.isHeard()
                && !sighting.isGone()
                && sighting.holding() == Holding.MEMBER
                && sighting.isOpen()
                && sighting.failure().isEmpty();
    }

    private DriverAct transfer() {
        LeaderSighting leader = seen.leader();
        if (leader == null) {
            return noLeader();
        }
        boolean isDone = operation.order().kind() == OperationKind.TRANSFER_LEADER
                ? leader.server().equals(operation.order().target())
                : !leader.server().equals(operation.leaving());
        return isDone ? new DriverAct.Advance(null) : handOver(leader);
    }

    /** Another voter that stays is asked every now and then, as the first one may be unable to win. */
    private DriverAct handOver(LeaderSighting leader) {
        if (!leader.isSettled() || leader.staged() != null) {
            return new DriverAct.Wait("the change of voters in progress");
        }
        List<ServerId> candidates = new ArrayList<>();
        for (ServerId voter : leader.configuration().voters()) {
            boolean isWanted = operation.order().kind() == OperationKind.TRANSFER_LEADER
                    ? voter.equals(operation.order().target())
                    : !voter.equals(operation.leaving());
            if (isWanted && !voter.equals(leader.server()) && fitness.flawOf(leader, voter) == null) {
                candidates.add(voter);
            }
        }
        if (candidates.isEmpty()) {
            return new DriverAct.Wait("a voter that could lead instead of " + seen.name(leader.server()));
        }
        int turn = (int) (elapsedMillis / limits.transferMillis() % candidates.size());
        ServerId candidate = candidates.get(turn);
        return new DriverAct.Instruct(
                leader.server(),
                books.reservedEpoch(),
                new ReplicaInstruction.TransferLeader(candidate),
                seen.name(candidate) + " to lead");
    }

    /** What a shard lacks to be fit for a change, for people; null if nothing. */
    private interface Fitness {
        @Nullable
        String flaw(LeaderSighting leader);
    }

    private DriverAct fence(Fitness forWhat) {
        LeaderSighting leader = seen.leader();
        if (leader == null) {
            return noLeader();
        }
        if (leader.isFencedFor(operation)) {
            return new DriverAct.Advance(null);
        }
        if (leader.isFencedPast(operation)) {
            return overtaken(leader.fenceEpoch());
        }
        String unfit = forWhat.flaw(leader);
        return unfit != null
                ? new DriverAct.Wait(unfit)
                : new DriverAct.Instruct(
                        leader.server(),
                        operation.epoch(),
                        new ReplicaInstruction.Fence(),
                        "the fence of replica epoch " + operation.epoch());
    }

    private DriverAct prepare() {
        ServerId target = operation.order().requireTarget();
        ReplicaSighting sighting = seen.replicas().get(target);
        if (sighting != null && sighting.isHeard() && sighting.isOpen() && sighting.holding() == Holding.PREPARED) {
            return new DriverAct.Advance(null);
        }
        if (sighting == null || !sighting.isHeard()) {
            return new DriverAct.Wait("server " + seen.name(target) + " to be heard");
        }
        if (sighting.ledgerEpoch() > operation.epoch()) {
            return overtaken(sighting.ledgerEpoch());
        }
        LeaderSighting leader = seen.leader();
        if (leader == null) {
            return noLeader();
        }
        // The floor must lie above every term in which a leader counted a former replica of the target as a voter:
        // only a leader that does not count it knows such a term.
        if (!leader.isSettled() || !fitness.isAsPublished(leader)) {
            return new DriverAct.Wait("the voters to be as published");
        }
        return new DriverAct.Instruct(
                target,
                operation.epoch(),
                new ReplicaInstruction.Prepare(leader.term()),
                "an empty replica at " + seen.name(target));
    }

    private DriverAct add() {
        ServerId target = operation.order().requireTarget();
        LeaderSighting leader = seen.leader();
        if (leader == null) {
            return noLeader();
        }
        if (leader.isSettled() && isShown(leader)) {
            return new DriverAct.Advance(leader.configuration());
        }
        if (leader.isFencedPast(operation)) {
            return overtaken(leader.fenceEpoch());
        }
        if (target.equals(leader.staged())) {
            return new DriverAct.Wait(seen.name(target) + " to catch up");
        }
        String unfit = fitness.flawOfAddition(leader);
        ReplicaSighting sighting = seen.replicas().get(target);
        if (unfit != null) {
            return new DriverAct.Wait(unfit);
        }
        if (sighting == null || !sighting.canBeAdded()) {
            return new DriverAct.Wait("the replica at " + seen.name(target) + " to be open");
        }
        return new DriverAct.Instruct(
                leader.server(),
                operation.epoch(),
                new ReplicaInstruction.AddVoter(target, books.voters()),
                seen.name(target) + " to become a voter");
    }

    private DriverAct remove() {
        ServerId leaving = operation.leaving();
        LeaderSighting leader = seen.leader();
        if (leader == null || leaving == null) {
            return noLeader();
        }
        if (leader.isSettled() && isShown(leader)) {
            return new DriverAct.Advance(leader.configuration());
        }
        if (leader.isFencedPast(operation)) {
            return overtaken(leader.fenceEpoch());
        }
        if (leader.server().equals(leaving)) {
            return handOver(leader);
        }
        String unfit = fitness.flawOfRemoval(leader, leaving);
        return unfit != null
                ? new DriverAct.Wait(unfit)
                : new DriverAct.Instruct(
                        leader.server(),
                        operation.epoch(),
                        new ReplicaInstruction.RemoveVoter(leaving, books.voters()),
                        seen.name(leaving) + " to be a voter no more");
    }

    private DriverAct clean() {
        ServerId leaving = operation.leaving();
        boolean isOver = leaving == null || !books.cleaning().contains(leaving);
        return isOver || seen.isGone(leaving) || elapsedMillis >= limits.cleanMillis()
                ? new DriverAct.Advance(null)
                : new DriverAct.Wait("server " + seen.name(leaving) + " to delete its replica");
    }

    private DriverAct settle() {
        LeaderSighting leader = seen.leader();
        if (leader == null) {
            return noLeader();
        }
        if (leader.isFencedPast(operation)) {
            return overtaken(leader.fenceEpoch());
        }
        if (!leader.isFencedFor(operation)) {
            return new DriverAct.Wait("a leader that has applied the fence");
        }
        if (leader.staged() != null) {
            return new DriverAct.Instruct(
                    leader.server(),
                    operation.epoch(),
                    new ReplicaInstruction.EndStaging(),
                    "the staged change to end");
        }
        if (!leader.isSettled() || !leader.knowsItsFollowers()) {
            return new DriverAct.Wait("the configuration to be committed");
        }
        return isShown(leader)
                ? new DriverAct.Advance(leader.configuration())
                : new DriverAct.Wait("voters that this operation could have led to, not "
                        + leader.configuration().voters());
    }

    /** Whether the leader's configuration is one by which the present step is over. */
    private boolean isShown(LeaderSighting leader) {
        return OperationCourse.advance(operation, books, leader.configuration()) != null;
    }

    private static DriverAct noLeader() {
        return new DriverAct.Wait("a leader of the shard");
    }

    private DriverAct overtaken(long epochSeen) {
        UndoGoal present = operation.undoGoal();
        UndoGoal goal = present == null ? UndoGoal.RETRY : present;
        return new DriverAct.Undo(
                goal,
                "Replica epoch " + epochSeen + " is known already; the operation had been given " + operation.epoch()
                        + ".",
                epochSeen);
    }

    private DriverAct undo(UndoGoal goal, String cause) {
        LeaderSighting leader = seen.leader();
        return new DriverAct.Undo(goal, cause, leader == null ? 0 : leader.fenceEpoch());
    }
}
