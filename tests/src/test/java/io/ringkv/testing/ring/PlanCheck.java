package io.ringkv.testing.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.Question;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Asks for a plan before a change is made, and compares it afterwards with what happened. Leader changes are compared unless
 * there was an election that nobody had asked for, as a machine that is too busy for a while can bring about. Used by one
 * thread.
 */
final class PlanCheck {
    private static final double BYTES_TOLERANCE = 0.2;

    /** A plan assumes the usual times between heartbeats; those of tests are shorter, and their machines busy. */
    private static final int TIME_FACTOR = 5;

    private final TestRing ring;
    private final ClusterPlan plan;
    private final Map<Integer, Long> bytes = new HashMap<>();
    private final long startedBefore;
    private final long startedNanos = System.nanoTime();

    private PlanCheck(TestRing ring, ClusterPlan plan, long startedBefore) {
        this.ring = ring;
        this.plan = plan;
        this.startedBefore = startedBefore;
    }

    static PlanCheck before(TestRing ring, PlanQuestion question) {
        var status = ring.awaitSettled();
        ClusterPlan plan =
                ring.ask(Question.newBuilder().setPlan(question).build()).getPlan();
        assertThat(plan.getRefusalsList()).isEmpty();
        ring.gate().count();
        PlanCheck check = new PlanCheck(ring, plan, newestOperation(ring));
        status.getShardsList()
                .forEach(shard -> check.bytes.put(shard.getRecord().getShard(), shard.getDataBytes()));
        return check;
    }

    private static long newestOperation(TestRing ring) {
        return ring.operations().stream()
                .mapToLong(OperationStatus::getNumber)
                .max()
                .orElse(0);
    }

    ClusterPlan plan() {
        return plan;
    }

    /** Operations that were started since, which must all be over. */
    List<OperationStatus> happened() {
        List<OperationStatus> happened = new ArrayList<>();
        for (OperationStatus operation : ring.operations()) {
            if (operation.getNumber() > startedBefore) {
                assertThat(operation.getStatus()).as("%s", operation).isEqualTo("DONE");
                happened.add(operation);
            }
        }
        return happened;
    }

    /** Waits until all is over, and compares. */
    String after() {
        var unused = ring.awaitSettled();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        List<OperationStatus> happened = happened();
        List<Integer> copied = happened.stream()
                .filter(PlanCheck::copiesData)
                .map(OperationStatus::getShard)
                .toList();
        long copiedBytes = copied.stream().mapToLong(bytes::get).sum();
        assertThat(copied).as("shards copied, planned: %s", plan).hasSize(plan.getReplicasCopied());
        assertThat((double) copiedBytes)
                .as("bytes copied")
                .isBetween(
                        plan.getBytesCopied() * (1 - BYTES_TOLERANCE), plan.getBytesCopied() * (1 + BYTES_TOLERANCE));
        assertThat(happened.stream().map(OperationStatus::getShard).distinct().count())
                .as("shards changed")
                .isEqualTo(plan.getShardsChanged());
        if (ring.gate().elections() == 0) {
            assertThat(ring.gate().leaderChanges())
                    .as("leader changes, planned: %s, happened: %s", plan, happened)
                    .isEqualTo(plan.getLeaderChanges());
        }
        assertThat(ring.gate().fewestReplicas()).as("lowest replicas").isEqualTo(plan.getLowestReplicas());
        assertThat(millis).as("time").isLessThan(TIME_FACTOR * plan.getEstimatedMillis());
        return "planned " + plan.getReplicasCopied() + " copies, " + plan.getBytesCopied() + " bytes, "
                + plan.getLeaderChanges() + " leader changes, " + plan.getEstimatedMillis() + " ms; took "
                + copied.size()
                + ", " + copiedBytes + ", " + ring.gate().leaderChanges() + ", " + millis + " ms";
    }

    static boolean copiesData(OperationStatus operation) {
        return List.of("MOVE_REPLICA", "REPLACE_REPLICA", "ADD_REPLICA").contains(operation.getKind());
    }
}
