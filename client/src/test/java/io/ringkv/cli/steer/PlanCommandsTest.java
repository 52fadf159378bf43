package io.ringkv.cli.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.cli.CommandRun;
import io.ringkv.cli.MemoryClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PlanCommandsTest {

    private final MemoryClient client = new MemoryClient();
    private final List<PlanQuestion> asked = new ArrayList<>();
    private ClusterPlan plan = ClusterPlan.newBuilder()
            .setRingEpoch(41)
            .addWarnings("Up to 2 replicas of a shard will stand in one zone.")
            .setStepsTotal(3)
            .setShardsChanged(2)
            .setReplicasCopied(1)
            .setBytesCopied(3 << 20)
            .setLeaderChanges(1)
            .setLowestReplicas(3)
            .setEstimatedMillis(5_000)
            .addSteps(PlannedStep.newBuilder()
                    .setKind("MOVE_REPLICA")
                    .setShard(2)
                    .setSource("s4")
                    .setTarget("s5")
                    .setRule("empty-server")
                    .setReason("Shard 2 has a replica on s4, which is being emptied.")
                    .setGain("replicas on s4 1 to 0"))
            .build();

    @BeforeEach
    void answerPlans() {
        client.answers = question -> {
            asked.add(question.getPlan());
            return Answer.newBuilder().setPlan(plan).build();
        };
    }

    @Test
    void eachCommandPlansItsChange() {
        assertThat(asked("plan", "now").hasNothing()).isTrue();
        assertThat(asked("plan", "join", "3", "--zones", "a,b").getJoin().getZonesList())
                .containsExactly("a", "b");
        assertThat(asked("plan", "drain", "s4").getDrainServer().getOn()).isTrue();
        assertThat(asked("plan", "remove", "s4", "--force").getRemoveServer().getForce())
                .isTrue();
        assertThat(asked("plan", "replication-factor", "5")
                        .getSetReplicationFactor()
                        .getReplicationFactor())
                .isEqualTo(5);
        assertThat(asked("plan", "zone", "s4", "rack2").getRezoneServer().getZone())
                .isEqualTo("rack2");
        assertThat(asked("server", "drain", "s4", "--plan").hasDrainServer()).isTrue();
        assertThat(asked("server", "remove", "s4", "--plan").hasRemoveServer()).isTrue();
        assertThat(asked("server", "maintenance", "s4", "on", "--plan").hasMaintainServer())
                .isTrue();
        assertThat(asked("cluster", "set", "replication-factor", "5", "--plan").hasSetReplicationFactor())
                .isTrue();
        assertThat(client.changes).as("nothing is changed").isEmpty();
    }

    @Test
    void showsWhatItWouldCost() {
        CommandRun run = CommandRun.of(client, "server", "drain", "s4", "--plan");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Plan for ring epoch 41", "! Up to 2 replicas", "3, on 2 shards", "1, 3.0 MiB", "5.0 s")
                .contains("MOVE_REPLICA", "s5", "empty-server", "... and 2 more");
        assertThat(run.err()).contains("--if-epoch 41");
    }

    @Test
    void aPlanThatIsRefusedSaysWhyAndHasAnExitCode() {
        plan = ClusterPlan.newBuilder()
                .setRingEpoch(41)
                .addRefusals("Without s4 there are 2 servers for 3 replicas.")
                .build();

        CommandRun run = CommandRun.of(client, "plan", "drain", "s4");

        assertThat(run.exitCode()).isEqualTo(10);
        assertThat(run.out()).contains("refused: Without s4 there are 2 servers");
        assertThat(CommandRun.of(client, "plan", "drain", "s4", "-o", "jsonl").out())
                .contains("\"possible\":false")
                .doesNotContain("\"apply\"");
    }

    @Test
    void aPlanIsAppliedForItsOwnEpochOnly() {
        String document =
                CommandRun.of(client, "plan", "drain", "s4", "-o", "json").out();

        CommandRun run = CommandRun.withInput(client, document, "apply", "-");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(client.changes).singleElement().satisfies(change -> {
            assertThat(change.getExpectedRingEpoch()).isEqualTo(41);
            assertThat(change.getDrainServer().getServer()).isEqualTo("s4");
        });
        client.refusal = new RingKvException(ErrorCode.PLAN_STALE, "It is 42 now");
        assertThat(CommandRun.withInput(client, document, "apply", "-").exitCode())
                .isEqualTo(11);
    }

    @Test
    void onlyPlansCanBeApplied() {
        for (String input :
                List.of("", "[]", "{\"schema\":\"v1\"}", "{\"apply\":\"?\"}", "{\"apply\":\"AAAA\"}", "{")) {
            CommandRun run = CommandRun.withInput(client, input, "apply", "-");
            assertThat(run.exitCode()).as(input).isEqualTo(2);
            assertThat(run.err()).as(input).startsWith("INPUT_MALFORMED");
        }
    }

    @Test
    void aChangeMayBeBoundToAnEpoch() {
        assertThat(CommandRun.of(client, "server", "drain", "s4", "--if-epoch", "41")
                        .exitCode())
                .isZero();
        assertThat(CommandRun.of(client, "op", "cancel", "12").exitCode()).isZero();
        assertThat(CommandRun.of(client, "op", "pause").exitCode()).isZero();
        assertThat(CommandRun.of(client, "op", "resume").exitCode()).isZero();

        assertThat(client.changes)
                .extracting(ChangeRequest::getExpectedRingEpoch)
                .containsExactly(41L, 0L, 0L, 0L);
        assertThat(client.changes.get(1).getCancelOperation().getNumber()).isEqualTo(12);
        assertThat(client.changes.get(2).getPauseOperations().getPaused()).isTrue();
        assertThat(client.changes.get(3).getPauseOperations().getPaused()).isFalse();
    }

    private PlanQuestion asked(String... words) {
        asked.clear();
        CommandRun run = CommandRun.of(client, words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(asked).hasSize(1);
        return asked.get(0);
    }
}
