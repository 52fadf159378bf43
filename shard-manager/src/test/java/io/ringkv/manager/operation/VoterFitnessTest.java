package io.ringkv.manager.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fears are met: that repair never starts, and that a change takes a shard's majority. */
class VoterFitnessTest {

    private static final int MOST_TURNS = 100;
    private static final long TARGET = 9;

    @ParameterizedTest
    @CsvSource({
        // Voters; of which dead; of which silent and not yet declared dead; kind; how it ends, or what it waits for.
        "1, 0, 0, MOVE_REPLICA,    DONE",
        "2, 0, 0, MOVE_REPLICA,    DONE",
        "3, 1, 0, REPLACE_REPLICA, DONE",
        "4, 1, 0, REPLACE_REPLICA, DONE",
        "5, 1, 0, REPLACE_REPLICA, DONE",
        "5, 2, 0, REPLACE_REPLICA, DONE",
        "7, 3, 0, REPLACE_REPLICA, DONE",
        "5, 1, 1, REPLACE_REPLICA, the replica at s2 to answer its leader",
        "5, 2, 0, REMOVE_REPLICA,  DONE",
        "3, 1, 0, REMOVE_REPLICA,  DONE",
        "1, 0, 0, ADD_REPLICA,     DONE",
        "2, 0, 0, ADD_REPLICA,     DONE",
        "5, 1, 0, ADD_REPLICA,     DONE",
        "3, 1, 0, ADD_REPLICA,     'to be undone: FAIL'",
        "5, 2, 0, ADD_REPLICA,     'to be undone: FAIL'",
        "3, 0, 1, ADD_REPLICA,     the replica at s1 to answer its leader",
    })
    void leavesOutTheDeadWhileAMajorityAfterTheChangeAnswers(
            int voters, int dead, int silent, OperationKind kind, String end) {
        ScriptedShard shard =
                new ScriptedShard(LongStream.rangeClosed(1, voters).boxed().toList());
        for (long server = 1; server <= dead + silent; server++) {
            shard.dead.add(server);
            if (server <= dead) {
                shard.gone.add(server);
            }
        }
        if (shard.dead.contains(shard.leader)) {
            shard.loseLeader();
        }

        assertThat(drive(kind, shard)).isEqualTo(end);
    }

    @Test
    void theSecondOfTwoDeadIsReplacedLikeTheFirst() {
        ScriptedShard shard = new ScriptedShard(List.of(1L, 2L, 3L, 4L, 5L));
        shard.dead.addAll(Set.of(4L, 5L));
        shard.gone.addAll(Set.of(4L, 5L));

        assertThat(drive(replace(4, 8), shard)).isEqualTo("DONE");
        assertThat(drive(replace(5, 9), shard)).isEqualTo("DONE");

        assertThat(shard.voters).containsExactlyInAnyOrder(1L, 2L, 3L, 8L, 9L);
    }

    /** It would hold up the repair: a shard has one operation at a time. */
    @ParameterizedTest
    @CsvSource({"3, 1, to be undone: FAIL", "4, 1, DONE", "5, 1, DONE", "5, 2, to be undone: FAIL"})
    void aMoveGivesWayToTheRepairThatItWouldWaitFor(int voters, int dead, String end) {
        ScriptedShard shard =
                new ScriptedShard(LongStream.rangeClosed(1, voters).boxed().toList());
        for (long server = voters; server > voters - dead; server--) {
            shard.dead.add(server);
            shard.gone.add(server);
        }
        if (shard.dead.contains(shard.leader)) {
            shard.loseLeader();
        }

        assertThat(drive(OperationKind.MOVE_REPLICA, shard)).isEqualTo(end);
    }

    @Test
    void aVoterThatLostItsFilesIsNotWaitedFor() {
        ScriptedShard shard = new ScriptedShard(List.of(1L, 2L, 3L, 4L, 5L));
        shard.lose(4);
        shard.lose(5);

        OperationOrder order = new OperationOrder(
                OperationKind.REMOVE_REPLICA, new ShardId(1), new ServerId(4), null, "", Requester.POLICY);

        assertThat(drive(order, shard)).isEqualTo("DONE");
    }

    private static OperationOrder replace(long source, long target) {
        return new OperationOrder(
                OperationKind.REPLACE_REPLICA,
                new ShardId(1),
                new ServerId(source),
                new ServerId(target),
                "",
                Requester.POLICY);
    }

    private static String drive(OperationKind kind, ScriptedShard shard) {
        return drive(
                new OperationOrder(
                        kind,
                        new ShardId(1),
                        kind.hasSource() ? new ServerId(1) : null,
                        kind.hasTarget() ? new ServerId(TARGET) : null,
                        "",
                        Requester.POLICY),
                shard);
    }

    /** Status in the end, or what it waits for without end. */
    private static String drive(OperationOrder order, ScriptedShard shard) {
        List<ServerId> voters =
                new ArrayList<>(shard.voters.stream().map(ServerId::new).toList());
        Operation operation = OperationCourse.begin(1, order, books(voters, shard.fenceEpoch));
        String waitsFor = "";
        for (int turn = 0; turn < MOST_TURNS && !operation.status().isOver(); turn++) {
            ShardBooks books = books(voters, Math.max(shard.fenceEpoch, operation.epoch()));
            DriverAct act = OperationDriver.next(operation, books, shard.observe(), 0, false, DriverLimits.USUAL);
            waitsFor = act.waitsFor();
            if (act instanceof DriverAct.Instruct instruct) {
                shard.obey(operation, instruct);
            } else if (act instanceof DriverAct.Undo undo) {
                return "to be undone: " + undo.goal();
            } else if (act instanceof DriverAct.Advance advance) {
                @Nullable Transition transition = OperationCourse.advance(operation, books, advance.facts());
                operation = Objects.requireNonNull(transition).operation();
                voters = transition.voters() == null ? voters : transition.voters();
            }
            shard.goOn();
        }
        return operation.status().isOver() ? operation.status().name() : waitsFor;
    }

    private static ShardBooks books(List<ServerId> voters, long reservedEpoch) {
        return new ShardBooks(voters, reservedEpoch, Set.of());
    }
}
