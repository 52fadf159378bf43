package io.ringkv.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.manager.main.ManagerProcess;
import io.ringkv.rpc.BootstrapReply;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetShardMapRequest;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardMap;
import io.ringkv.rpc.ShardMapUpdate;
import io.ringkv.rpc.WatchShardMapRequest;
import io.ringkv.rpc.support.FailureStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Managers over real Raft and gRPC in one JVM, with servers that only pretend. */
class ManagerClusterIT {

    @TempDir
    Path directory;

    @Test
    void createsOneClusterHoweverOftenAndWhomeverOneAsks() {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            BootstrapReply first = managers.bootstrap(1, 3, 6);
            BootstrapReply second = managers.bootstrap(2, 3, 0);
            BootstrapReply third = managers.bootstrap(0, 3, 6);

            assertThat(first.getCreated()).isTrue();
            assertThat(second.getCreated()).isFalse();
            assertThat(List.of(second.getClusterId(), third.getClusterId())).containsOnly(first.getClusterId());
            assertThat(first.getManagersList())
                    .extracting(manager -> manager.getLabel())
                    .containsExactlyInAnyOrder("m1", "m2", "m3");
            assertRefused(() -> managers.bootstrap(0, 4, 6), ErrorCode.ALREADY_BOOTSTRAPPED);
            assertRefused(
                    () -> managers.bootstrap(0, managers.addresses().subList(0, 1), 3, 6),
                    ErrorCode.ALREADY_BOOTSTRAPPED);
        }
    }

    @Test
    void runsWithASingleManager() {
        try (ManagerGroup managers = new ManagerGroup(directory, 1)) {
            managers.bootstrap(0, 1, 2);

            FakeServer server = FakeServer.of(managers, 1);
            server.register(0);
            Await.until("placed", () -> {
                server.heartbeat();
                return managers.status(0).getPlaced();
            });

            assertThat(server.replicas()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void saysThatNothingExistsBeforeBootstrap() {
        try (ManagerGroup managers = new ManagerGroup(directory, 1)) {
            assertRefused(
                    () -> managers.cluster(0).getShardMap(GetShardMapRequest.getDefaultInstance()),
                    ErrorCode.NOT_BOOTSTRAPPED);
            assertRefused(() -> managers.status(0), ErrorCode.NOT_BOOTSTRAPPED);
            assertThat(FakeServer.of(managers, 1).register(0).getRefusal().getCode())
                    .isEqualTo(ErrorCode.NOT_BOOTSTRAPPED.number());
        }
    }

    @Test
    void placesOnceWhenTheExpectedServersHaveJoinedAndEvensLeaders() {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            managers.bootstrap(0, 3, 6);
            List<FakeServer> servers = servers(managers, 3);

            join(managers, servers.subList(0, 2));
            for (int i = 0; i < 20; i++) {
                servers.get(0).heartbeat();
                servers.get(1).heartbeat();
            }
            assertThat(managers.status(0).getPlaced()).isFalse();
            assertThat(managers.status(1).getNoticesList()).anyMatch(notice -> notice.contains("2 of 3"));

            join(managers, servers.subList(2, 3));
            awaitSettled(managers, servers);

            ShardMap map = shardMap(managers, managers.awaitLeader());
            assertThat(map.getShardsList()).hasSize(6);
            for (FakeServer server : servers) {
                assertThat(creations(server)).doesNotHaveDuplicates().hasSize(6);
                long leads = map.getShardsList().stream()
                        .filter(shard -> shard.getReplicas(0).getServerId() == server.id())
                        .count();
                assertThat(leads).isEqualTo(2);
                assertThat(server.replicas().values().stream().filter(replica -> replica.getLeaderReady()))
                        .hasSize(2);
            }
        }
    }

    @Test
    void keepsEverythingWhenAllManagersAreStoppedAndStarted() {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            managers.bootstrap(0, 3, 6);
            List<FakeServer> servers = servers(managers, 3);
            join(managers, servers);
            awaitSettled(managers, servers);
            ShardMap before = shardMap(managers, managers.awaitLeader());

            for (int i = 0; i < 3; i++) {
                managers.stop(i);
            }
            for (int i = 0; i < 3; i++) {
                managers.start(i);
            }
            managers.awaitLeader();
            for (int i = 0; i < 3; i++) {
                int asked = i;
                Await.until("every manager has its map again", () -> hasShardMap(managers, asked, before));
            }
            servers.forEach(server -> server.received().clear());
            beatUntilHeard(managers, servers);
            assertThat(servers)
                    .allSatisfy(server -> assertThat(server.received()).isEmpty());
        }
    }

    @Test
    void goesOnWithRegistrationAndSubscriptionWhenTheLeaderIsKilled() {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            managers.bootstrap(0, 3, 6);
            List<FakeServer> servers = servers(managers, 3);
            join(managers, servers.subList(0, 2));
            int leader = managers.awaitLeader();
            int watched = (leader + 1) % 3;
            Iterator<ShardMapUpdate> updates = watch(managers, watched);
            long epochBefore = updates.next().getRingEpoch();

            managers.kill(leader);
            int next = managers.awaitLeader();
            assertThat(next).isNotEqualTo(leader);
            Await.until(
                    "the third server joins",
                    () -> !servers.get(2).register(watched).hasRefusal());

            long epoch = epochBefore;
            while (epoch <= epochBefore) {
                epoch = updates.next().getRingEpoch();
            }
            beatFollowing(managers, servers, watched);
            awaitSettled(managers, servers);
            Await.until(
                    "the killed manager counts as unreachable",
                    () -> managers.status(watched).getManagersList().stream()
                                    .filter(manager -> !manager.getReachable())
                                    .count()
                            == 1);
        }
    }

    @Test
    void declaresASilentServerDownAndActiveAgain() {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            managers.bootstrap(0, 3, 6);
            List<FakeServer> servers = servers(managers, 3);
            join(managers, servers);
            awaitSettled(managers, servers);

            List<FakeServer> others = servers.subList(1, 3);
            awaitState(managers, others, servers.get(0), ServerState.SERVER_STATE_SUSPECT);
            awaitState(managers, others, servers.get(0), ServerState.SERVER_STATE_DOWN);
            awaitState(managers, servers, servers.get(0), ServerState.SERVER_STATE_ACTIVE);

            // Two of three at once: more likely our own fault.
            awaitState(managers, servers.subList(2, 3), servers.get(0), ServerState.SERVER_STATE_SUSPECT);
            Await.until("the hold is announced", () -> {
                servers.get(2).heartbeat();
                return managers.status(0).getNoticesList().stream().anyMatch(n -> n.contains("More than a third"));
            });
            assertThat(state(managers, servers.get(1))).isEqualTo(ServerState.SERVER_STATE_SUSPECT);
        }
    }

    @Test
    void refusesForeignAndForgottenServersByName() {
        try (ManagerGroup managers = new ManagerGroup(directory, 1)) {
            managers.bootstrap(0, 2, 2);
            ByteString foreign =
                    ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});

            RegisterReply reply = FakeServer.of(managers, 1)
                    .inCluster(foreign)
                    .havingSeen(1_000_000)
                    .register(0);
            assertThat(reply.getRefusal().getCode()).isEqualTo(ErrorCode.WRONG_CLUSTER.number());
            assertThat(managers.status(0).getNoticesList())
                    .as("what a foreign server has seen means nothing")
                    .noneMatch(notice -> notice.contains("ring epoch"));

            FakeServer known = FakeServer.of(managers, 2);
            known.register(0);
            known.heartbeat();
            FakeServer twin = new FakeServer(managers, known.id(), 99);
            twin.register(0);
            assertThat(twin.heartbeat().hasRefusal()).isFalse();
            assertThat(known.heartbeat().getRefusal().getCode()).isEqualTo(ErrorCode.SAFETY_REFUSED.number());

            assertThat(FakeServer.of(managers, 2)
                            .at(0)
                            .inCluster(foreign)
                            .heartbeat()
                            .getRefusal()
                            .getCode())
                    .isEqualTo(ErrorCode.WRONG_CLUSTER.number());
            assertRefused(
                    () -> managers.cluster(0)
                            .getStatus(GetStatusRequest.newBuilder()
                                    .setClusterId(foreign)
                                    .build()),
                    ErrorCode.WRONG_CLUSTER);
            assertRefused(
                    () -> managers.cluster(0)
                            .getShardMap(GetShardMapRequest.newBuilder()
                                    .setClusterId(foreign)
                                    .build()),
                    ErrorCode.WRONG_CLUSTER);
            assertRefused(
                    () -> managers.cluster(0)
                            .watchShardMap(WatchShardMapRequest.newBuilder()
                                    .setClusterId(foreign)
                                    .build())
                            .hasNext(),
                    ErrorCode.WRONG_CLUSTER);
        }
    }

    @Test
    void stopsActingWhenServersHaveSeenANewerRingEpoch() {
        try (ManagerGroup managers = new ManagerGroup(directory, 1)) {
            managers.bootstrap(0, 1, 2);
            FakeServer server = FakeServer.of(managers, 1);
            RegisterReply known = server.register(0);
            server.havingSeen(1_000);

            HeartbeatReply reply = server.heartbeat();

            assertThat(reply.getInstructionsList()).isEmpty();
            assertThat(managers.status(0).getPlaced()).isFalse();
            assertThat(managers.status(0).getNoticesList()).anyMatch(notice -> notice.contains("1000"));
            assertThat(FakeServer.of(managers, 2)
                            .inCluster(known.getClusterId())
                            .register(0)
                            .getRefusal()
                            .getCode())
                    .isEqualTo(ErrorCode.MANAGER_BEHIND.number());
        }
    }

    @Test
    void goesOnWithTheSameIdsWhenTheBootstrapWasInterrupted() {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            managers.kill(2);
            assertThatThrownBy(() -> managers.bootstrap(0, 3, 6)).isInstanceOf(StatusRuntimeException.class);
            managers.start(2);
            // Whoever coordinates has stored the ids before it told anybody.
            BootstrapReply reply = managers.bootstrap(0, 3, 6);
            int coordinator = managers.awaitLeader();
            managers.kill(coordinator);
            managers.start(coordinator);

            assertThat(managers.bootstrap((coordinator + 1) % 3, 3, 6).getClusterId())
                    .isEqualTo(reply.getClusterId());
        }
    }

    @Test
    void refusesASecondProcessInTheSameDirectory() {
        try (ManagerGroup managers = new ManagerGroup(directory, 1)) {
            assertThatThrownBy(() -> ManagerProcess.start(managers.config(0)))
                    .isInstanceOf(RingKvException.class)
                    .extracting(failure -> ((RingKvException) failure).code())
                    .isEqualTo(ErrorCode.DATA_DIRECTORY_LOCKED);
        }
    }

    private static List<FakeServer> servers(ManagerGroup managers, int count) {
        List<FakeServer> servers = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            servers.add(FakeServer.of(managers, number));
        }
        return servers;
    }

    private static void join(ManagerGroup managers, List<FakeServer> servers) {
        for (int i = 0; i < servers.size(); i++) {
            FakeServer server = servers.get(i);
            int asked = i % managers.size();
            Await.until("server joins", () -> !server.register(asked).hasRefusal());
            server.heartbeat();
        }
    }

    /** Heartbeats; leadership goes where an instruction said. */
    private static void beat(List<FakeServer> servers) {
        for (FakeServer server : servers) {
            int before = server.received().size();
            server.heartbeat();
            for (Instruction instruction :
                    server.received().subList(before, server.received().size())) {
                if (instruction.hasTransferLeader()) {
                    servers.stream()
                            .filter(target -> target.id()
                                    == instruction.getTransferLeader().getTarget())
                            .forEach(target -> target.lead(instruction.getShard()));
                }
            }
        }
    }

    /** After a failover servers know a dead manager; they ask another where to go. */
    private static void beatFollowing(ManagerGroup managers, List<FakeServer> servers, int asked) {
        for (FakeServer server : servers) {
            Await.until("server finds the leader", () -> {
                RegisterReply reply = server.register(asked);
                return !reply.hasRefusal() && !reply.hasLeader();
            });
        }
        assertThat(managers.leader()).isNotNegative();
    }

    private static void beatUntilHeard(ManagerGroup managers, List<FakeServer> servers) {
        beatFollowing(managers, servers, 0);
        for (int i = 0; i < 10; i++) {
            beat(servers);
        }
    }

    private static void awaitSettled(ManagerGroup managers, List<FakeServer> servers) {
        Await.until("placed, led and settled", () -> {
            beat(servers);
            ClusterStatus status = managers.status(managers.awaitLeader());
            return status.getPlaced()
                    && status.getShardsList().stream()
                            .allMatch(shard -> shard.getHealthyReplicas() == 3
                                    && shard.getLeader()
                                            == shard.getRecord().getReplicas(0).getServerId());
        });
    }

    private static void awaitState(
            ManagerGroup managers, List<FakeServer> beating, FakeServer server, ServerState wanted) {
        Await.until(server.id() + " is " + wanted, () -> {
            beat(beating);
            return state(managers, server) == wanted;
        });
    }

    private static ServerState state(ManagerGroup managers, FakeServer server) {
        return managers.status(0).getServersList().stream()
                .map(ServerStatus::getServer)
                .filter(record -> record.getServerId() == server.id())
                .findFirst()
                .orElseThrow()
                .getState();
    }

    private static List<Integer> creations(FakeServer server) {
        return server.received().stream()
                .filter(Instruction::hasCreate)
                .map(Instruction::getShard)
                .toList();
    }

    private static ShardMap shardMap(ManagerGroup managers, int asked) {
        return managers.cluster(asked)
                .getShardMap(GetShardMapRequest.getDefaultInstance())
                .getShardMap();
    }

    private static boolean hasShardMap(ManagerGroup managers, int asked, ShardMap expected) {
        try {
            return shardMap(managers, asked).equals(expected);
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private static Iterator<ShardMapUpdate> watch(ManagerGroup managers, int asked) {
        return managers.cluster(asked).watchShardMap(WatchShardMapRequest.getDefaultInstance());
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .satisfies(failure ->
                        assertThat(FailureStatus.toException(failure).code()).isEqualTo(code));
    }
}
