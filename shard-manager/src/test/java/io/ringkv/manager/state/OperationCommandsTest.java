package io.ringkv.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationStatus;
import io.ringkv.manager.operation.OperationStep;
import io.ringkv.manager.operation.UndoGoal;
import io.ringkv.manager.operation.VoterConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Five servers, one shard on servers 2, 3 and 4: which step follows which, and what is refused. */
class OperationCommandsTest {

    private static final ShardId SHARD = new ShardId(1);

    private final Clusters.Log log = new Clusters.Log().placed(Clusters.founding(5, 1, 3));

    @Test
    void movesByAddingFirst() {
        start(OperationKind.MOVE_REPLICA, 2, 5);

        assertThat(walk())
                .containsExactly(
                        "TRANSFER 0",
                        "FENCE_ADD 2",
                        "PREPARE 2",
                        "ADD 2",
                        "TRANSFER_AWAY 2 [2, 3, 4, 5] by 2",
                        "FENCE_REMOVE 3",
                        "REMOVE 3",
                        "CLEAN 3 [3, 4, 5] by 3 clean 2 by 4",
                        "DONE");
    }

    @Test
    void replacesTheDeadByPreparingThenRemovingThenAdding() {
        start(OperationKind.REPLACE_REPLICA, 2, 5);

        assertThat(walk())
                .containsExactly(
                        "FENCE_REMOVE 2",
                        "PREPARE 2",
                        "REMOVE 2",
                        "FENCE_ADD 3 [3, 4] by 2 clean 2 by 4",
                        "PREPARE 3",
                        "ADD 3",
                        "DONE [3, 4, 5] by 3");
        assertThat(log.state().operations().cleaning(SHARD, Clusters.server(2)))
                .as("waits for the dead to return")
                .isNotNull();
    }

    @Test
    void addsRemovesAndTransfers() {
        start(OperationKind.ADD_REPLICA, 0, 1);
        assertThat(walk()).containsExactly("FENCE_ADD 2", "PREPARE 2", "ADD 2", "DONE [2, 3, 4, 1] by 2");
        start(OperationKind.REMOVE_REPLICA, 3, 0);
        assertThat(walk())
                .containsExactly(
                        "TRANSFER_AWAY 0", "FENCE_REMOVE 3", "REMOVE 3", "CLEAN 3 [2, 4, 1] by 3 clean 3 by 4", "DONE");
        start(OperationKind.TRANSFER_LEADER, 0, 4);
        assertThat(walk()).containsExactly("TRANSFER 0", "DONE");
    }

    @Test
    void undoesByANewFenceAndCleansTheTarget() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        advanceTo(OperationStep.ADD);
        undo(UndoGoal.FAIL, 0);

        assertThat(walk())
                .containsExactly(
                        "UNDOING UNDO_FENCE 3", "UNDOING UNDO_SETTLE 3", "UNDOING CLEAN 3 clean 5 by 4", "FAILED");
    }

    @Test
    void takesAnEpochAboveAnyThatWasSeen() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        advanceTo(OperationStep.FENCE_ADD);
        undo(UndoGoal.FAIL, 40);
        assertThat(running().epoch()).isEqualTo(41);
        undo(UndoGoal.FAIL, 50);
        assertThat(running().epoch()).isEqualTo(51);
    }

    @Test
    void triesThriceThenFails() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        for (int attempt = 1; attempt <= Operation.MAX_ATTEMPTS; attempt++) {
            assertThat(running().attempt()).isEqualTo(attempt);
            advanceTo(OperationStep.PREPARE);
            undo(UndoGoal.RETRY, 0);
            advanceTo(OperationStep.CLEAN);
            confirmCleaning(5);
            advance(null);
        }
        assertThat(last().status()).isEqualTo(OperationStatus.FAILED);
        assertThat(last().cause()).isEqualTo("because");
    }

    @Test
    void doesNotTryAgainWhileTheTargetHoldsWhatItHadPrepared() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        advanceTo(OperationStep.PREPARE);
        undo(UndoGoal.RETRY, 0);
        advanceTo(OperationStep.CLEAN);
        advance(null);

        assertThat(last().status()).isEqualTo(OperationStatus.FAILED);
        assertThat(log.apply(Clusters.move(1, 3, 5)).refusal())
                .satisfies(refusal ->
                        assertThat(Objects.requireNonNull(refusal).sentence()).contains("not yet deleted"));
    }

    @Test
    void goesOnWhenUndoingShowsThatTheTargetWasAdded() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        advanceTo(OperationStep.ADD);
        undo(UndoGoal.RETRY, 0);
        advanceTo(OperationStep.UNDO_SETTLE);
        advance(Clusters.configuration(9, 2, 3, 4, 5));

        assertThat(running().step()).isEqualTo(OperationStep.TRANSFER_AWAY);
        assertThat(running().status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(voters()).isEqualTo("[2, 3, 4, 5]");
    }

    @Test
    void removesTheTargetAgainWhenCancelledAfterItWasAdded() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        advanceTo(OperationStep.TRANSFER_AWAY);
        log.apply(new CancelOperation(1));

        assertThat(walk())
                .containsExactly(
                        "UNDOING UNDO_FENCE 3",
                        "UNDOING UNDO_SETTLE 3",
                        "UNDOING TRANSFER_AWAY 3",
                        "UNDOING FENCE_REMOVE 4",
                        "UNDOING REMOVE 4",
                        "UNDOING CLEAN 4 [2, 3, 4] by 4 clean 5 by 5",
                        "CANCELLED");
    }

    @Test
    void keepsAReplicaTooManyRatherThanBlockTheShard() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        advanceTo(OperationStep.TRANSFER_AWAY);
        log.apply(new CancelOperation(1));
        advanceTo(OperationStep.FENCE_REMOVE);
        undo(UndoGoal.FAIL, 0);

        assertThat(walk()).containsExactly("UNDOING UNDO_FENCE 5", "UNDOING UNDO_SETTLE 5", "FAILED");
        assertThat(voters()).isEqualTo("[2, 3, 4, 5]");
    }

    @Test
    void endsAsDoneWhenCancelledTooLate() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        advanceTo(OperationStep.REMOVE);
        log.apply(new CancelOperation(1));
        advanceTo(OperationStep.UNDO_SETTLE);
        advance(Clusters.configuration(9, 3, 4, 5));
        assertThat(running().step()).isEqualTo(OperationStep.CLEAN);
        advance(null);

        assertThat(last().status()).isEqualTo(OperationStatus.DONE);
        assertThat(voters()).isEqualTo("[3, 4, 5]");
    }

    @Test
    void cancelsAtOnceWhatHasNotBegun() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        log.apply(new CancelOperation(1));
        assertThat(last().status()).isEqualTo(OperationStatus.CANCELLED);

        start(OperationKind.TRANSFER_LEADER, 0, 4);
        undo(UndoGoal.FAIL, 0);
        assertThat(last().status()).isEqualTo(OperationStatus.FAILED);
    }

    @Test
    void goesOnReplacingWhenUndoingShowsThatTheDeadIsRemoved() {
        start(OperationKind.REPLACE_REPLICA, 2, 5);
        advanceTo(OperationStep.REMOVE);
        undo(UndoGoal.RETRY, 0);
        advanceTo(OperationStep.UNDO_SETTLE);
        advance(Clusters.configuration(9, 3, 4));
        assertThat(log.state().operations().cleanings()).hasSize(2);
        confirmCleaning(5);
        advance(null);

        assertThat(walk()).containsExactly("FENCE_ADD 6", "PREPARE 6", "ADD 6", "DONE [3, 4, 5] by 6");
    }

    @Test
    void ignoresWhatDoesNotShowThatAStepIsOver() {
        start(OperationKind.MOVE_REPLICA, 2, 5);
        advanceTo(OperationStep.ADD);
        Operation before = running();

        assertThat(advance(null).refusal()).isNotNull();
        assertThat(advance(Clusters.configuration(9, 2, 3, 4)).refusal()).isNotNull();
        assertThat(log.apply(new AdvanceOperation(1, before.changes() - 1, Clusters.configuration(9, 2, 3, 4, 5)))
                        .refusal())
                .isNotNull();
        assertThat(log.apply(new AdvanceOperation(1, before.changes(), null), 1).refusal())
                .as("decided in another term")
                .isNotNull();
        assertThat(running()).isEqualTo(before);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThat(refusalOf(Clusters.move(9, 2, 5))).isEqualTo(ErrorCode.SHARD_NOT_FOUND);
        assertThat(refusalOf(Clusters.move(1, 1, 5))).isEqualTo(ErrorCode.SAFETY_REFUSED);
        assertThat(refusalOf(Clusters.move(1, 2, 3))).isEqualTo(ErrorCode.SAFETY_REFUSED);
        assertThat(refusalOf(Clusters.move(1, 2, 9))).isEqualTo(ErrorCode.SAFETY_REFUSED);
        assertThat(refusalOf(Clusters.start(OperationKind.TRANSFER_LEADER, 1, 0, 5)))
                .isEqualTo(ErrorCode.SAFETY_REFUSED);
        log.apply(new MarkServer(Clusters.server(5), ServerState.ACTIVE, ServerState.DOWN));
        assertThat(refusalOf(Clusters.move(1, 2, 5))).isEqualTo(ErrorCode.SAFETY_REFUSED);
        start(OperationKind.MOVE_REPLICA, 2, 1);
        assertThat(refusalOf(Clusters.start(OperationKind.REMOVE_REPLICA, 1, 3, 0)))
                .isEqualTo(ErrorCode.CONDITION_FAILED);
    }

    @Test
    void startsNothingByPolicyWhilePaused() {
        log.apply(new PauseOperations(true));
        assertThat(refusalOf(Clusters.move(1, 2, 5))).isEqualTo(ErrorCode.CONDITION_FAILED);
        log.apply(new PauseOperations(false));
        assertThat(log.apply(Clusters.move(1, 2, 5)).refusal()).isNull();
    }

    @Test
    void ordersTheDeletionOfAReplicaOnlyWhereNobodyNeedsIt() {
        VoterConfiguration present = Clusters.configuration(5, 2, 3, 4);
        assertThat(refusalOf(new OrderCleaning(SHARD, Clusters.server(2), present, 0)))
                .isEqualTo(ErrorCode.CONDITION_FAILED);
        assertThat(refusalOf(new OrderCleaning(SHARD, Clusters.server(5), Clusters.configuration(5, 2, 3, 4, 1), 0)))
                .isEqualTo(ErrorCode.CONDITION_FAILED);

        log.apply(new OrderCleaning(SHARD, Clusters.server(5), present, 7));

        Cleaning cleaning = Objects.requireNonNull(log.state().operations().cleaning(SHARD, Clusters.server(5)));
        assertThat(cleaning.epoch()).isEqualTo(8);
        log.apply(new ConfirmCleaning(SHARD, Clusters.server(5), 7));
        assertThat(log.state().operations().cleanings()).hasSize(1);
        log.apply(new ConfirmCleaning(SHARD, Clusters.server(5), 8));
        assertThat(log.state().operations().cleanings()).isEmpty();
    }

    private void start(OperationKind kind, int source, int target) {
        assertThat(log.apply(Clusters.start(kind, 1, source, target)).refusal()).isNull();
    }

    private @Nullable ErrorCode refusalOf(ClusterCommand command) {
        Refusal refusal = log.apply(command).refusal();
        return refusal == null ? null : refusal.code();
    }

    private Operation running() {
        return Objects.requireNonNull(log.state().operations().of(SHARD));
    }

    private Operation last() {
        List<Operation> finished = log.state().operations().finished();
        return finished.get(finished.size() - 1);
    }

    private String voters() {
        return numbers(shard().record().voters());
    }

    private static String numbers(List<ServerId> servers) {
        return servers.stream().map(server -> server.value()).toList().toString();
    }

    private ManagedShard shard() {
        return Objects.requireNonNull(log.state().shards().get(SHARD));
    }

    private Applied advance(@Nullable VoterConfiguration facts) {
        return log.apply(new AdvanceOperation(running().number(), running().changes(), facts));
    }

    private void undo(UndoGoal goal, long epochSeen) {
        log.apply(new UndoOperation(running().number(), running().changes(), goal, "because", epochSeen));
    }

    private void confirmCleaning(int server) {
        Cleaning cleaning = Objects.requireNonNull(log.state().operations().cleaning(SHARD, Clusters.server(server)));
        log.apply(new ConfirmCleaning(SHARD, cleaning.server(), cleaning.epoch()));
    }

    /** Advances as if every step worked and nothing unexpected showed. */
    private void advanceTo(OperationStep step) {
        while (running().step() != step) {
            advance(expectedFacts());
        }
    }

    private VoterConfiguration expectedFacts() {
        Operation operation = running();
        List<ServerId> voters = new ArrayList<>(shard().record().voters());
        if (operation.step() == OperationStep.ADD) {
            voters.add(operation.order().requireTarget());
        } else if (operation.step() == OperationStep.REMOVE) {
            voters.remove(operation.leaving());
        }
        return new VoterConfiguration(voters, 1, 5);
    }

    /** The running operation from where it is to its end, one line per step with what changed on the way into it. */
    private List<String> walk() {
        List<String> lines = new ArrayList<>();
        String changed = "";
        while (log.state().operations().of(SHARD) != null) {
            Operation operation = running();
            String undoing = operation.status() == OperationStatus.UNDOING ? "UNDOING " : "";
            lines.add(undoing + operation.step() + " " + operation.epoch() + changed);
            changed = "";
            for (RecordedEvent recorded : advance(expectedFacts()).events()) {
                if (recorded.event() instanceof ReplicasChanged replicas) {
                    changed += " " + numbers(replicas.voters()) + " by " + replicas.replicaEpoch();
                } else if (recorded.event() instanceof CleaningOrdered ordered) {
                    changed += " clean " + ordered.cleaning().server().value() + " by "
                            + ordered.cleaning().epoch();
                }
            }
        }
        lines.add(last().status() + changed);
        return lines;
    }
}
