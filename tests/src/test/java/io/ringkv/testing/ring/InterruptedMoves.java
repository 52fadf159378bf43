package io.ringkv.testing.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.TransferLeader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Catches moves of one shard of three replicas at a given step, kills somebody, and looks what becomes of it: each ends, done or
 * undone, soon after all are back; then disks hold exactly what the shard map says, and all replicas the same; and clients have
 * noticed nothing but time.
 */
final class InterruptedMoves implements AutoCloseable {
    /** What the issue grants a move after the last of those that were killed is back. */
    private static final Duration END_AFTER_HEALING = Duration.ofSeconds(30);

    private static final int SHARD = 1;
    private static final int ROUNDS_DEAD = 100;

    /** Whether the step's instruction has been carried out when somebody is killed. */
    enum Moment {
        BEFORE,
        AFTER
    }

    /** Who is killed. */
    enum Victim {
        SOURCE,
        TARGET,
        SHARD_LEADER,
        MANAGER_LEADER
    }

    /**
     * What became of one move.
     *
     * @param attempts of the operation
     * @param endMillis from the healing to its end
     * @param gapMillis longest time that a client waited for its next increment
     */
    record Outcome(
            InterruptedStep step,
            Moment moment,
            Victim victim,
            String killed,
            String status,
            int attempts,
            long endMillis,
            long gapMillis,
            String cause) {
        @Override
        public String toString() {
            return String.format(
                    "%-13s %-6s %-14s %-4s %-9s attempt %d  %5d ms  gap %5d ms  %s",
                    step, moment, victim, killed, status, attempts, endMillis, gapMillis, cause);
        }
    }

    private final TestRing ring;
    private final CheckedTraffic traffic;
    private final ReplicaAudit audit;
    private final List<Outcome> outcomes = new ArrayList<>();

    InterruptedMoves(Path root, Launcher launcher) {
        // Nobody is declared DOWN: whoever was killed is back before.
        ring = TestRing.start(
                root, launcher, RingShape.of(4, 1, 3, Duration.ofSeconds(60)).with("operation.retry-after", "1s"));
        traffic = new CheckedTraffic(ring.newClient());
        audit = new ReplicaAudit(ring);
    }

    List<Outcome> outcomes() {
        return outcomes;
    }

    /** One move, one kill. */
    void interrupt(InterruptedStep step, Moment moment, Victim victim) {
        ClusterStatus before = ring.awaitWhole();
        long first = ring.operations().stream()
                .mapToLong(OperationStatus::getNumber)
                .max()
                .orElse(0);
        long unused = traffic.longestGapMillis();
        long source = sourceFor(step, before);
        OperationStatus operation = begin(step, source, first);
        Instruction withheld = Objects.requireNonNull(ring.gate().withheld());
        assertThat(ring.operation(operation.getNumber()).getStep()).isEqualTo(step.name());
        if (moment == Moment.AFTER) {
            ring.gate().passInstructionsAndHoldReports();
            await(
                    step + " to be carried out",
                    () -> step.isCarriedOut(ring.gate(), SHARD, withheld, source, operation.getTarget()));
        }

        String killed = nameOf(victim, source, operation.getTarget());
        killAndGoOn(killed);
        ring.start(killed);
        ring.awaitStatus("all to be back", ring::isHeardByAll);
        long healedNanos = System.nanoTime();
        OperationStatus over = awaitEnd(operation.getNumber());
        long endMillis = (System.nanoTime() - healedNanos) / 1_000_000;
        ring.drain(ring.label(source), false);
        audit.check(traffic);
        outcomes.add(new Outcome(
                step,
                moment,
                victim,
                killed,
                over.getStatus(),
                over.getAttempt(),
                endMillis,
                traffic.longestGapMillis(),
                over.getCause()));
    }

    /** Emptying a server begins with the leaderships, so each move that follows has a source that does not lead. */
    private static long sourceFor(InterruptedStep step, ClusterStatus status) {
        long leader = TestRing.shard(status, SHARD).getLeader();
        return step == InterruptedStep.TRANSFER
                ? leader
                : TestRing.shard(status, SHARD).getRecord().getReplicasList().stream()
                        .mapToLong(replica -> replica.getServerId())
                        .filter(server -> server != leader)
                        .findFirst()
                        .orElseThrow();
    }

    /** The operation, when it has come to the step and its instruction was held back. */
    private OperationStatus begin(InterruptedStep step, long source, long after) {
        boolean isReachedByAddition = step == InterruptedStep.TRANSFER_AWAY || step == InterruptedStep.UNDO_FENCE;
        ring.gate().hold(isReachedByAddition ? InterruptedStep.ADD::gives : step::gives);
        ring.drain(ring.label(source), true);
        awaitWithheld(step);
        OperationStatus operation = ring.operations().stream()
                .filter(each -> each.getNumber() > after && !TestRing.isOver(each))
                .findFirst()
                .orElseThrow();
        if (step == InterruptedStep.TRANSFER_AWAY) {
            letSourceLead(operation, source);
        } else if (step == InterruptedStep.UNDO_FENCE) {
            ring.gate()
                    .hold((instruction, hasAddition) ->
                            instruction.hasAddVoter() || step.gives(instruction, hasAddition));
            ring.cancel(operation.getNumber());
            await("the cancelling to show", () -> {
                Instruction last = ring.gate().withheld();
                return last != null && last.hasFence();
            });
        }
        return operation;
    }

    /** The source does not lead when the move begins, and must when it is to leave. */
    private void letSourceLead(OperationStatus operation, long source) {
        Instruction addition = Objects.requireNonNull(ring.gate().withheld());
        ring.pause(true);
        ring.gate().open();
        await(
                "the move to wait",
                () -> ring.operation(operation.getNumber()).getStep().equals(InterruptedStep.TRANSFER_AWAY.name()));
        ring.gate()
                .inject(addition.toBuilder()
                        .setTransferLeader(TransferLeader.newBuilder().setTarget(source))
                        .build());
        await("the source to lead", () -> ring.gate().leader(SHARD) == source);
        ring.gate().hold(InterruptedStep.TRANSFER_AWAY::gives);
        ring.pause(false);
        awaitWithheld(InterruptedStep.TRANSFER_AWAY);
    }

    private void awaitWithheld(InterruptedStep step) {
        await("an instruction of " + step, () -> ring.gate().withheld() != null);
    }

    private String nameOf(Victim victim, long source, long target) {
        return switch (victim) {
            case SOURCE -> ring.label(source);
            case TARGET -> ring.label(target);
            case SHARD_LEADER -> ring.label(ring.gate().leader(SHARD));
            case MANAGER_LEADER -> ring.managerLeader();
        };
    }

    /** Everything passes again as soon as it is dead, so that the move goes on, if it can, while it is. */
    private void killAndGoOn(String killed) {
        long term = ring.gate().managerTerm();
        boolean isManager = killed.startsWith("m");
        long id = isManager ? 0 : ring.id(killed);
        ring.kill(killed);
        ring.gate().open();
        long rounds = traffic.rounds();
        await("clients to go on", () -> traffic.rounds() >= rounds + ROUNDS_DEAD);
        if (isManager) {
            await("another manager to lead", () -> ring.gate().managerTerm() > term);
        } else {
            await(
                    "the shard to be led by another",
                    () -> ring.gate().leader(SHARD) != 0 && ring.gate().leader(SHARD) != id);
        }
    }

    private OperationStatus awaitEnd(long number) {
        OperationStatus[] last = new OperationStatus[1];
        TestRing.await(
                END_AFTER_HEALING,
                () -> {
                    last[0] = ring.operation(number);
                    return TestRing.isOver(last[0]) || traffic.hasFailed();
                },
                () -> "the end of " + last[0]);
        traffic.check();
        return last[0];
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        TestRing.await(what, () -> condition.getAsBoolean() || traffic.hasFailed());
        traffic.check();
    }

    @Override
    public void close() {
        try {
            traffic.finish();
        } finally {
            ring.close();
        }
    }
}
