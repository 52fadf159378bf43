package io.ringkv.manager.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.state.AdvanceOperation;
import io.ringkv.manager.state.CancelOperation;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.ConfirmCleaning;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.UndoOperation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the driver does in every step of every kind of operation when one thing goes wrong there, compared with a text that
 * was read and found right. One line per case: instructions as they change, {@code x2} if given twice, and how it ends. What is
 * undone has a text of its own: operations that were cancelled, and one thing that goes wrong in a step of the undoing.
 */
class OperationTranscriptsTest {

    private static final ShardId SHARD = new ShardId(1);
    private static final long TURN_MILLIS = 1_000;
    private static final int MAX_TURNS = 400;
    private static final int TURNS_UNTIL_GONE = 10;

    /** Longer than any step may take: an undoing that is not obeyed so long goes on all the same. */
    private static final long OVERDUE_MILLIS = 90_000;

    private static final DriverLimits LIMITS = new DriverLimits(1_000, 1_000, 30_000, 60_000, 10_000, 5_000, 1_000);

    private enum Fault {
        NONE,
        DUPLICATE_REPORT,
        LOST_REPORT,
        LATE_INSTRUCTION,
        TIMEOUT,
        TARGET_DIES,
        SOURCE_DIES,
        LEADER_CHANGES,
        EPOCH_JUMPS,
        MANAGER_FAILS_OVER
    }

    /**
     * An operation that is cancelled once the instruction of a step was sent, and obeyed.
     *
     * @param isSlow who was to become a voter is still being caught up then
     */
    private record Cancelled(OperationKind kind, OperationStep step, boolean isSlow) {}

    private static final List<Cancelled> CANCELLED = List.of(
            new Cancelled(OperationKind.MOVE_REPLICA, OperationStep.ADD, true),
            new Cancelled(OperationKind.MOVE_REPLICA, OperationStep.ADD, false),
            new Cancelled(OperationKind.REPLACE_REPLICA, OperationStep.ADD, true),
            new Cancelled(OperationKind.ADD_REPLICA, OperationStep.ADD, true),
            new Cancelled(OperationKind.REMOVE_REPLICA, OperationStep.FENCE_REMOVE, false));

    @Test
    void doesWhatTheTextSays() throws IOException {
        List<String> lines = new ArrayList<>();
        for (OperationKind kind : OperationKind.values()) {
            for (OperationStep step : new Case(kind, null, null, Fault.NONE).steps()) {
                for (Fault fault : Fault.values()) {
                    lines.add(new Case(kind, null, step, fault).run());
                }
            }
        }
        String text = String.join("\n", lines) + "\n";

        assertThat(text).isEqualTo(golden("transcripts.txt"));
    }

    @Test
    void undoesAsTheTextSays() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Cancelled cancelled : CANCELLED) {
            for (OperationStep step : new Case(cancelled.kind, cancelled, null, Fault.NONE).steps()) {
                for (Fault fault : Fault.values()) {
                    lines.add(new Case(cancelled.kind, cancelled, step, fault).run());
                }
            }
        }
        String text = String.join("\n", lines) + "\n";

        assertThat(text).isEqualTo(golden("undone.txt"));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(OperationTranscriptsTest.class.getResourceAsStream("/operation/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static final class Case {

        private final OperationKind kind;
        private final @Nullable Cancelled cancelled;
        private final @Nullable OperationStep at;
        private final Fault fault;
        private final Clusters.Log log = new Clusters.Log().placed(Clusters.founding(5, 1, 3));
        private final ScriptedShard shard = new ScriptedShard(List.of(2L, 3L, 4L));
        private final List<String> acts = new ArrayList<>();
        private final Set<OperationStep> steps = new TreeSet<>();
        private int repeats;
        private int turn;
        private long elapsedMillis;
        private long changesSeen = -1;
        private boolean isStruck;
        private int struckTurn;
        private @Nullable ShardObservation withheld;
        private DriverAct.@Nullable Instruct late;
        private @Nullable Operation lateOf;
        private @Nullable OperationStep instructed;

        Case(OperationKind kind, @Nullable Cancelled cancelled, @Nullable OperationStep at, Fault fault) {
            this.kind = kind;
            this.cancelled = cancelled;
            shard.isSlow = cancelled != null && cancelled.isSlow;
            this.at = at;
            this.fault = fault;
            int source = kind.hasSource() ? 2 : 0;
            int target = kind == OperationKind.TRANSFER_LEADER ? 4 : kind.hasTarget() ? 5 : 0;
            if (kind == OperationKind.REPLACE_REPLICA) {
                shard.dead.add(2L);
                shard.gone.add(2L);
                shard.loseLeader();
            }
            assertThat(log.apply(Clusters.start(kind, 1, source, target)).refusal())
                    .isNull();
        }

        /** Steps of the kind when nothing goes wrong; of one that is cancelled, those of the undoing. */
        Set<OperationStep> steps() {
            run();
            return steps;
        }

        String run() {
            while (log.state().operations().of(SHARD) != null) {
                turn++;
                assertThat(turn).as("%s ends: %s", this, acts).isLessThan(MAX_TURNS);
                takeTurn(Objects.requireNonNull(log.state().operations().of(SHARD)));
            }
            arriveLate();
            cleanUp();
            List<Operation> finished = log.state().operations().finished();
            Operation last = finished.get(finished.size() - 1);
            List<Long> published = Objects.requireNonNull(log.state().shards().get(SHARD)).record().voters().stream()
                    .map(ServerId::value)
                    .toList();
            assertThat(Set.copyOf(published)).as("%s: published", this).isEqualTo(Set.copyOf(shard.voters));
            note("");
            return this + ": " + String.join(", ", acts) + " -> " + last.status() + " voters " + published
                    + " replicas " + shard.holders() + (last.cause().isEmpty() ? "" : " (" + last.cause() + ")");
        }

        private void takeTurn(Operation operation) {
            if (isConcerned(operation)) {
                steps.add(operation.step());
            }
            elapsedMillis = operation.changes() == changesSeen ? elapsedMillis + TURN_MILLIS : 0;
            changesSeen = operation.changes();
            strike(operation);
            cleanUp();
            ShardObservation seen = withheld == null ? shard.observe() : withheld;
            if (isToBeCancelled(operation)) {
                note("cancel");
                log.apply(new CancelOperation(operation.number()));
                return;
            }
            DriverAct act = OperationDriver.next(operation, books(), seen, elapsedMillis, false, LIMITS);
            if (act instanceof DriverAct.Advance advance) {
                propose(new AdvanceOperation(operation.number(), operation.changes(), advance.facts()), operation);
            } else if (act instanceof DriverAct.Undo undo) {
                note("undo to " + undo.goal());
                propose(
                        new UndoOperation(
                                operation.number(), operation.changes(), undo.goal(), undo.cause(), undo.epochSeen()),
                        operation);
            } else if (act instanceof DriverAct.Instruct instruct) {
                instruct(operation, instruct);
            } else {
                shard.goOn();
            }
            if (cancelled == null && operation.step() == OperationStep.UNDO_SETTLE) {
                arriveLate();
            }
        }

        /** Whether it is in the part of its course that the case is about. */
        private boolean isConcerned(Operation operation) {
            return cancelled == null || operation.status() == OperationStatus.UNDOING;
        }

        private boolean isToBeCancelled(Operation operation) {
            return cancelled != null
                    && operation.status() == OperationStatus.RUNNING
                    && operation.step() == cancelled.step
                    && instructed == cancelled.step;
        }

        private void propose(ClusterCommand command, Operation operation) {
            log.apply(command);
            if (fault == Fault.DUPLICATE_REPORT && operation.step() == at) {
                assertThat(log.apply(command).refusal())
                        .as("%s: the same report once more", this)
                        .isNotNull();
            }
        }

        private void instruct(Operation operation, DriverAct.Instruct instruct) {
            boolean isHere = operation.step() == at && operation.attempt() == 1 && isConcerned(operation);
            note(describe(instruct));
            instructed = operation.step();
            if (isHere && fault == Fault.TIMEOUT && (cancelled == null || elapsedMillis < OVERDUE_MILLIS)) {
                return;
            }
            if (isHere && fault == Fault.LATE_INSTRUCTION && (cancelled == null || late == null)) {
                late = instruct;
                lateOf = operation;
                return;
            }
            if (isHere && fault == Fault.LOST_REPORT && withheld == null && struckTurn == turn) {
                withheld = shard.observe();
            }
            shard.obey(operation, instruct);
            shard.goOn();
        }

        /** What was sent arrives after the fence of the undoing, or, if it was sent for the undoing, after all is over. */
        private void arriveLate() {
            if (late != null && lateOf != null) {
                boolean isObeyed = shard.obey(lateOf, late);
                note("late " + describe(late) + (isObeyed ? " obeyed" : " refused"));
                late = null;
                lateOf = null;
            }
        }

        private void strike(Operation operation) {
            if (withheld != null && turn > struckTurn + 2) {
                withheld = null;
            }
            if (isStruck && turn == struckTurn + TURNS_UNTIL_GONE) {
                shard.gone.addAll(shard.dead);
            }
            if (isStruck || operation.step() != at || !isConcerned(operation)) {
                return;
            }
            isStruck = true;
            struckTurn = turn;
            switch (fault) {
                case TARGET_DIES -> die(operation.order().target());
                case SOURCE_DIES -> die(operation.order().source());
                case LEADER_CHANGES -> shard.loseLeader();
                case EPOCH_JUMPS -> {
                    shard.fenceEpoch = 100;
                    shard.fenceOperation = 0;
                }
                case MANAGER_FAILS_OVER -> elapsedMillis = 0;
                case NONE, DUPLICATE_REPORT, LOST_REPORT, LATE_INSTRUCTION, TIMEOUT -> {}
            }
        }

        private void die(@Nullable ServerId server) {
            if (server != null) {
                shard.dead.add(server.value());
                if (shard.leader == server.value()) {
                    shard.loseLeader();
                }
            }
        }

        private void cleanUp() {
            for (Cleaning cleaning : log.state().operations().cleanings()) {
                if (shard.clean(cleaning)) {
                    note("clean " + cleaning.server().value() + " by " + cleaning.epoch());
                    log.apply(new ConfirmCleaning(SHARD, cleaning.server(), cleaning.epoch()));
                }
            }
        }

        private ShardBooks books() {
            ManagedShard known = Objects.requireNonNull(log.state().shards().get(SHARD));
            Set<ServerId> cleaning = new TreeSet<>();
            log.state().operations().cleanings().forEach(wish -> cleaning.add(wish.server()));
            return new ShardBooks(known.record().voters(), known.reservedEpoch(), cleaning);
        }

        private static String describe(DriverAct.Instruct act) {
            ReplicaInstruction instruction = act.instruction();
            String to = act.server().value() + " by " + act.epoch();
            if (instruction instanceof ReplicaInstruction.TransferLeader transfer) {
                return "lead " + transfer.target().value();
            }
            if (instruction instanceof ReplicaInstruction.Prepare prepare) {
                return "prepare " + to + " floor " + prepare.termFloor();
            }
            if (instruction instanceof ReplicaInstruction.AddVoter add) {
                return "add " + add.voter().value() + " by " + act.epoch();
            }
            if (instruction instanceof ReplicaInstruction.RemoveVoter remove) {
                return "remove " + remove.voter().value() + " by " + act.epoch();
            }
            return (instruction instanceof ReplicaInstruction.Fence ? "fence " : "end staging ") + act.epoch();
        }

        /** Notes an act; the same one again only counts. */
        private void note(String act) {
            int last = acts.size() - 1;
            if (last >= 0 && acts.get(last).equals(act)) {
                repeats++;
                return;
            }
            if (repeats > 0) {
                acts.set(last, acts.get(last) + " x" + (repeats + 1));
                repeats = 0;
            }
            if (!act.isEmpty()) {
                acts.add(act);
            }
        }

        @Override
        public String toString() {
            String course =
                    cancelled == null ? "" : " cancelled at " + cancelled.step + (cancelled.isSlow ? "," : " done,");
            return kind + course + " " + at + " " + fault;
        }
    }
}
