package io.ringkv.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.cli.CommandRun;
import io.ringkv.cli.MemoryClient;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ExplainedFact;
import io.ringkv.rpc.Explanation;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.Operations;
import io.ringkv.rpc.PlannedStep;
import io.ringkv.rpc.Replica;
import io.ringkv.rpc.ServerRecord;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ServerSuspicion;
import io.ringkv.rpc.ShardRecord;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.rpc.SuspicionReport;
import io.ringkv.rpc.TokenRange;
import io.ringkv.rpc.Witness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OperationCommandsTest {

    private static final OperationStatus MOVE = OperationStatus.newBuilder()
            .setNumber(12)
            .setKind("MOVE_REPLICA")
            .setShard(1)
            .setSource(1)
            .setTarget(2)
            .setStatus("RUNNING")
            .setStep("ADD")
            .setStepsDone(3)
            .setStepsTotal(8)
            .setAttempt(1)
            .setReason("Server s1 is being emptied.")
            .build();

    private final MemoryClient client = new MemoryClient();

    @BeforeEach
    void haveAClusterThatMovesAReplica() {
        client.status = status().addOperations(MOVE).build();
        client.answers = question -> question.hasOperations()
                ? Answer.newBuilder()
                        .setOperations(Operations.newBuilder()
                                .addOperations(
                                        MOVE.toBuilder().setStatus("DONE").setStep("CLEAN")))
                        .build()
                : Answer.getDefaultInstance();
    }

    @Test
    void statusShowsProgressWithBars() {
        CommandRun run = CommandRun.of(client, "status");

        assertThat(run.out())
                .contains("Changes   1 under way")
                .contains("[######----------]  37 %  op 12 MOVE_REPLICA shard 1  s1 -> s2  ADD");
        assertThat(CommandRun.of(client, "status", "-o", "jsonl").out())
                .contains("\"operations\":[{\"number\":12,\"operation\":\"MOVE_REPLICA\",\"shard\":1,\"from\":\"s1\"");
    }

    @Test
    void listShowsWhatRunsAndWithAllWhatIsOver() {
        assertThat(CommandRun.of(client, "op", "list").out())
                .contains("MOVE_REPLICA", "RUNNING", "ADD (3/8)", "Server s1 is being emptied.");
        assertThat(CommandRun.of(client, "op", "list", "--all").out()).contains("DONE");
        assertThat(CommandRun.of(client, "op", "show", "12").out())
                .contains("number      12", "from        s1", "step        CLEAN");
        client.status = status().setOperationsPaused(true).build();
        assertThat(CommandRun.of(client, "op", "list").err()).contains("ringkv op resume");
    }

    @Test
    void theRingShowsMovesAsArrows() {
        assertThat(CommandRun.of(client, "ring", "show").out()).contains("shard 1: s1 -> s2");
        assertThat(CommandRun.of(client, "ring", "show", "-o", "svg").out()).contains("shard 1 moves from s1 to s2");
    }

    @Test
    void explainTellsFactByFact() {
        client.answers = question -> Answer.newBuilder()
                .setExplain(Explanation.newBuilder()
                        .addFacts(ExplainedFact.newBuilder()
                                .setName("asked")
                                .setText(question.getExplain().getShard() + "/"
                                        + question.getExplain().getServer())))
                .build();

        assertThat(CommandRun.of(client, "explain", "shard", "4").out()).isEqualTo("asked  4/\n");
        assertThat(CommandRun.of(client, "explain", "server", "s1", "-o", "jsonl")
                        .out())
                .isEqualTo("{\"schema\":\"v1\",\"facts\":[{\"name\":\"asked\",\"text\":\"0/s1\"}]}\n");
    }

    @Test
    void suspicionShowsWhoAccusesWhom() {
        client.answers = question -> Answer.newBuilder()
                .setSuspicion(SuspicionReport.newBuilder()
                        .addServers(ServerSuspicion.newBuilder()
                                .setServer("s7")
                                .setHeard(true)
                                .setHeartbeatAgeMillis(120)
                                .addAccusers(
                                        Witness.newBuilder().setServer("s10").setShards(2))
                                .addAccusers(
                                        Witness.newBuilder().setServer("s2").setShards(1))
                                .setVerdict("Server s7 is heard, but does not answer s10, s2.")))
                .build();

        assertThat(CommandRun.of(client, "server", "suspicion", "s7").out())
                .contains("120 ms ago", "s2,s10", "does not answer");
        assertThat(CommandRun.of(client, "server", "suspicion", "-o", "jsonl").out())
                .startsWith("{\"server\":\"s7\",\"heard\":true,\"heartbeatAgeMillis\":120,\"accusers\":[{");
    }

    @Test
    void waitEndsWhenAllIsAsWanted() {
        client.answers = question ->
                Answer.newBuilder().setPlan(ClusterPlan.getDefaultInstance()).build();
        client.status = status().build();

        for (String goal : new String[] {"ready", "replicated", "balanced"}) {
            CommandRun run = CommandRun.of(client, "wait", "--for", goal);
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err()).isEqualTo("The cluster is " + goal + ".\n");
        }
    }

    @Test
    void waitSaysWhatIsMissingWhenTimeIsOver() {
        assertMissing("balanced", "1 operation is under way");
        client.status = status().build();
        client.answers = question -> Answer.newBuilder()
                .setPlan(ClusterPlan.newBuilder()
                        .setStepsTotal(2)
                        .addSteps(PlannedStep.newBuilder().setReason("Server s2 holds too much.")))
                .build();
        assertMissing("balanced", "the manager wants to do 2 more operations, first: Server s2 holds too much.");
        client.status = status().setReplicationFactor(2).build();
        assertMissing("replicated", "1 of 1 shards do not have their 2 healthy replicas");
        client.status = status().setComplete(false).build();
        assertMissing("ready", "no manager leader answers");
    }

    @Test
    void waitCountsAServerThatIsJoiningAsNotYet() {
        client.answers = question ->
                Answer.newBuilder().setPlan(ClusterPlan.getDefaultInstance()).build();
        ClusterStatus.Builder status = status();
        status.getServersBuilder(1).getServerBuilder().setState(ServerState.SERVER_STATE_JOINING);
        client.status = status.build();

        for (String goal : new String[] {"ready", "replicated", "balanced"}) {
            assertMissing(goal, "server s2 is JOINING");
        }
    }

    @Test
    void waitWantsMembersForJoinedAndOnlyForThat() {
        assertThat(CommandRun.of(client, "wait", "--for", "joined").err()).contains("INVALID_ARGUMENT", "--members");
        assertThat(CommandRun.of(client, "wait", "--for", "ready", "--members", "localhost:1")
                        .exitCode())
                .isEqualTo(2);
        CommandRun silence =
                CommandRun.of(client, "wait", "--for", "joined", "--members", "localhost:1", "--timeout", "10ms");
        assertThat(silence.exitCode()).isEqualTo(8);
        assertThat(silence.err()).contains("Not all members have joined: no process answers at localhost:1");
    }

    private void assertMissing(String goal, String missing) {
        CommandRun run = CommandRun.of(client, "wait", "--for", goal, "--timeout", "10ms");
        assertThat(run.exitCode()).isEqualTo(8);
        assertThat(run.err()).contains("The cluster is not " + goal + ": " + missing);
    }

    private static ClusterStatus.Builder status() {
        return ClusterStatus.newBuilder()
                .setComplete(true)
                .setPlaced(true)
                .setReplicationFactor(1)
                .addServers(server(1))
                .addServers(server(2))
                .addShards(ShardStatus.newBuilder()
                        .setRecord(ShardRecord.newBuilder()
                                .setShard(1)
                                .setRange(TokenRange.getDefaultInstance())
                                .addReplicas(Replica.newBuilder().setServerId(1)))
                        .setLeader(1)
                        .setHealthyReplicas(1));
    }

    private static ServerStatus server(int number) {
        return ServerStatus.newBuilder()
                .setServer(ServerRecord.newBuilder()
                        .setServerId(number)
                        .setLabel("s" + number)
                        .setState(ServerState.SERVER_STATE_ACTIVE))
                .build();
    }
}
