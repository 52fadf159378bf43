package io.ringkv.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.cli.CommandRun;
import io.ringkv.cli.MemoryClient;
import io.ringkv.common.ring.Ring;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ManagerRecord;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.Replica;
import io.ringkv.rpc.ReplicaRole;
import io.ringkv.rpc.ReplicaStatus;
import io.ringkv.rpc.ServerRecord;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardRecord;
import io.ringkv.rpc.ShardStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClusterViewTest {
    private final MemoryClient client = new MemoryClient();

    @Test
    void wholeClusterHasNoProblems() {
        client.status = healthy().build();

        CommandRun run = CommandRun.of(client, "status");

        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out())
                .contains("healthy")
                .contains("6: 6 with a leader, 6 fully replicated, 0 under-replicated")
                .contains("leader m1");
    }

    @Test
    void jsonHasWhatScriptsNeed() {
        client.status = healthy().build();

        assertThat(CommandRun.of(client, "status", "-o", "jsonl").out())
                .startsWith("{\"schema\":\"v1\",\"clusterId\":\"" + MemoryClient.CLUSTER + "\",\"healthy\":true")
                .contains("\"ringEpoch\":7")
                .contains("\"managerLeader\":\"m1\"")
                .contains("\"label\":\"s2\",\"state\":\"ACTIVE\"")
                .contains("\"shards\":{\"total\":6,\"withLeader\":6,\"fullyReplicated\":6}");
    }

    @Test
    void everythingThatIsWrongIsNamed() {
        ClusterStatus.Builder status = healthy();
        status.getServersBuilder(1).getServerBuilder().setState(ServerState.SERVER_STATE_DOWN);
        status.getShardsBuilder(3).setLeader(0).setHealthyReplicas(1);
        client.status = status.build();

        CommandRun run = CommandRun.of(client, "status");

        assertThat(run.exitCode()).isEqualTo(8);
        assertThat(run.out())
                .contains("NOT HEALTHY")
                .contains("server s2 is DOWN")
                .contains("1 shard is without a leader: 4")
                .contains("1 shard is under-replicated: 4");
    }

    @Test
    void manyServersFitOnOneScreen() {
        ClusterStatus.Builder status = healthy().clearServers();
        for (int number = 1; number <= 50; number++) {
            ServerRecord.Builder record = ServerRecord.newBuilder()
                    .setServerId(number)
                    .setLabel("s" + number)
                    .setZone("p" + (number + 9) / 10)
                    .setClientAddress("127.0.0.1:" + (7390 + 10 * number))
                    .setState(number % 20 == 7 ? ServerState.SERVER_STATE_DOWN : ServerState.SERVER_STATE_ACTIVE);
            status.addServers(ServerStatus.newBuilder()
                    .setServer(record)
                    .setReplicas(5 + number % 3)
                    .setKeys(10)
                    .setDataBytes(1_000_000)
                    .setDiskFreeBytes(number * 1_000_000_000L)
                    .setDiskTotalBytes(100_000_000_000L));
        }
        client.status = status.build();

        CommandRun run = CommandRun.of(client, "status");

        assertThat(run.out())
                .contains("! 3 servers are DOWN: s7, s27, s47")
                .containsPattern("p1 +ACTIVE +9: s1-s6, s8-s10 +5-7")
                .containsPattern("p1 +DOWN +1: s7 ")
                .containsPattern("p2 +ACTIVE +10: s11-s20 +5-7 +0 +100 +");
        assertThat(run.out().lines())
                .hasSizeLessThan(24)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(CommandRun.of(client, "status", "-v").out()).contains("127.0.0.1:7890");
    }

    @Test
    void saysWhatTheManagerHoldsBack() {
        client.status =
                healthy().addNotices("Nothing is moved: ringkv op resume.").build();

        CommandRun run = CommandRun.of(client, "status");

        assertThat(run.exitCode()).as("not a fault").isZero();
        assertThat(run.out()).contains("i Nothing is moved: ringkv op resume.");
        assertThat(CommandRun.of(client, "status", "-o", "jsonl").out())
                .contains("\"notices\":[\"Nothing is moved: ringkv op resume.\"]");
    }

    @Test
    void serversThatAreEmptiedOrRemovedAreNoFault() {
        ClusterStatus.Builder status = healthy();
        status.getServersBuilder(1).getServerBuilder().setState(ServerState.SERVER_STATE_DRAINING);
        status.getServersBuilder(2).getServerBuilder().setState(ServerState.SERVER_STATE_REMOVED);
        client.status = status.build();

        CommandRun run = CommandRun.of(client, "status");

        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).contains("DRAINING").doesNotContain("REMOVED");
    }

    @Test
    void aReplicaThatCatchesUpIsNamedAndCountsForNothingYet() {
        ClusterStatus.Builder status = healthy();
        status.getShardsBuilder(3).setHealthyReplicas(2).getReplicasBuilder(1).setCaughtUp(false);
        client.status = status.build();

        CommandRun run = CommandRun.of(client, "status");

        assertThat(run.exitCode()).isEqualTo(8);
        assertThat(run.out())
                .contains("6 with a leader, 5 fully replicated, 1 under-replicated")
                .contains("1 shard is under-replicated: 4")
                .contains("replicas are catching up on: s2");
        assertThat(CommandRun.of(client, "shard", "list", "-o", "jsonl").out().lines())
                .filteredOn(line -> line.contains("\"catchingUp\":[\"s2\"]"))
                .singleElement()
                .asString()
                .contains("\"shard\":4");
    }

    @Test
    void aServerThatIsGoneLeadsNothingWhateverItReportedLast() {
        ClusterStatus.Builder status = healthy();
        status.getServersBuilder(0).setLeaders(6);
        status.getShardsBuilderList()
                .forEach(shard ->
                        shard.setLeader(status.getServers(1).getServer().getServerId()));
        ClusterView view = new ClusterView(status.build());

        assertThat(view.leaders(status.getServers(0))).isZero();
        assertThat(view.leaders(status.getServers(1))).isEqualTo(6);
    }

    @Test
    void rawKeyrangeIsTabSeparated() {
        client.status = healthy().build();

        assertThat(CommandRun.of(client, "keyrange", "-o", "raw").out().lines())
                .hasSize(6)
                .allMatch(line -> line.split("\t").length == 5);
    }

    @Test
    void withoutAManagerLeaderOnlyThatIsSaid() {
        client.status = healthy().setComplete(false).build();

        assertThat(new ClusterView(client.status).problems())
                .hasSize(1)
                .first()
                .asString()
                .contains("manager leader");
    }

    @Test
    void clusterThatWaitsForServersSaysSo() {
        client.status = ClusterStatus.newBuilder()
                .setComplete(true)
                .setExpectedServers(3)
                .build();

        assertThat(new ClusterView(client.status).problems())
                .containsExactly("the shards are not placed yet: 0 of 3 expected servers have joined");
    }

    @Test
    void waitingEndsWhenTimeIsOver() {
        client.status = ClusterStatus.newBuilder().setComplete(true).build();

        assertThat(CommandRun.of(client, "status", "--wait", "ready", "--timeout", "150ms")
                        .exitCode())
                .isEqualTo(8);
    }

    @Test
    void waitingEndsAtOnceWhenAllIsWell() {
        client.status = healthy().build();

        CommandRun run = CommandRun.of(client, "status", "--wait", "ready", "--quiet");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEmpty();
    }

    @Test
    void keyrangeCoversTheRingAndLocateAgreesWithIt() {
        client.status = healthy().build();

        assertThat(CommandRun.of(client, "keyrange").out().lines()).hasSize(7);
        assertThat(CommandRun.of(client, "locate", "hello").out())
                .contains("token     ")
                .contains("leader    s")
                .contains("replicas  s1,s2,s10");
    }

    @Test
    void listsAreForPeopleAndPrograms() {
        client.status = healthy().build();

        assertThat(CommandRun.of(client, "server", "list").out().lines()).hasSize(4);
        assertThat(CommandRun.of(client, "server", "list", "-o", "raw").out()).isEqualTo("s1\ns2\ns10\n");
        assertThat(CommandRun.of(client, "shard", "list", "-o", "jsonl").out().lines())
                .hasSize(6)
                .allMatch(line -> line.contains("\"healthyReplicas\":3"));
        assertThat(CommandRun.of(client, "shard").exitCode()).isEqualTo(2);
    }

    /** Three servers, six shards, nothing wrong. */
    static ClusterStatus.Builder healthy() {
        ClusterStatus.Builder status = ClusterStatus.newBuilder()
                .setClusterId(IdMessages.toBytes(MemoryClient.CLUSTER))
                .setRingEpoch(7)
                .setComplete(true)
                .setPlaced(true)
                .setManagerLeader(9)
                .setReplicationFactor(3)
                .setExpectedServers(3);
        status.addManagers(ManagerStatus.newBuilder()
                .setManager(ManagerRecord.newBuilder().setManagerId(9).setLabel("m1"))
                .setLeader(true)
                .setReachable(true));
        List<String> labels = List.of("s1", "s2", "s10");
        for (int i = 0; i < labels.size(); i++) {
            status.addServers(ServerStatus.newBuilder()
                    .setServer(ServerRecord.newBuilder()
                            .setServerId(i + 1)
                            .setLabel(labels.get(i))
                            .setState(ServerState.SERVER_STATE_ACTIVE))
                    .setHeartbeatAgeMillis(120)
                    .setReplicas(6)
                    .setLeaders(2));
        }
        for (Ring.Arc arc : Ring.equalArcs(6).arcs()) {
            ShardRecord.Builder record = ShardRecord.newBuilder()
                    .setShard(arc.shard().value())
                    .setGroupId(ByteString.copyFrom(new byte[16]))
                    .setRange(ShardMapMessages.toMessage(arc.range()));
            ShardStatus.Builder shard = ShardStatus.newBuilder();
            for (int server = 1; server <= 3; server++) {
                record.addReplicas(Replica.newBuilder().setServerId(server).setRole(ReplicaRole.REPLICA_ROLE_VOTER));
                shard.addReplicas(ReplicaStatus.newBuilder()
                        .setServerId(server)
                        .setReported(true)
                        .setCaughtUp(true));
            }
            status.addShards(shard.setRecord(record)
                    .setLeader(1 + arc.shard().value() % 3)
                    .setHealthyReplicas(3));
        }
        return status;
    }
}
