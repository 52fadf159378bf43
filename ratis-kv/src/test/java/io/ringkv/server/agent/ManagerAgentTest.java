package io.ringkv.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.PeerReport;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.rpc.support.Unary;
import io.ringkv.server.disk.DiskSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent against managers that only pretend, over real connections. */
class ManagerAgentTest {

    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 1));
    private static final ClusterId OTHER = new ClusterId(new UUID(2, 2));
    private static final ServerId SELF = new ServerId(42);

    @TempDir
    Path directory;

    private final EventLoops loops = EventLoops.start(1, "test-loop");
    private final FakeReplicaHost host = new FakeReplicaHost();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<ClusterId> joined = new CopyOnWriteArrayList<>();
    private final List<RingKvException> refusals = new CopyOnWriteArrayList<>();
    private ShardMapPublisher maps = new ShardMapPublisher();

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        loops.close();
    }

    @Test
    void findsTheLeaderFromAnyManagerAndReports() {
        FakeManager leader = manager(1);
        FakeManager follower = manager(2);
        follower.follow(leader);
        publish(1, leader, follower);

        agent(null, follower).start();

        await("reports", () -> leader.heartbeats.size() >= 3);
        assertThat(joined).containsExactly(CLUSTER);
        assertThat(leader.heartbeats.get(0).getServerId()).isEqualTo(SELF.value());
        assertThat(leader.heartbeats.get(2).getSequence())
                .isGreaterThan(leader.heartbeats.get(1).getSequence());
        assertThat(leader.registrations.get(0).getRingEpochSeen()).isEqualTo(1);
    }

    @Test
    void waitsUntilTheClusterExists() {
        FakeManager manager = manager(1);
        agent(null, manager).start();
        await("it is looked for", () -> manager.maps.current().isEmpty());
        assertThat(manager.registrations).isEmpty();

        publish(1, manager);

        await("reports", () -> !manager.heartbeats.isEmpty());
    }

    @Test
    void passesInstructionsOnAndSaysSoonWhatCameOfThem() {
        FakeManager manager = manager(1);
        publish(1, manager);
        manager.instructions.add(Instruction.newBuilder().setShard(5).build());

        agent(CLUSTER, manager).start();

        await(
                "the new replica is reported",
                () -> manager.heartbeats.stream().anyMatch(heartbeat -> heartbeat.getReplicasCount() == 1));
        assertThat(host.termsObeyed).containsExactly(7L);
        await("who leads is published", () -> maps.leader(new ShardId(5)).isPresent());
        assertThat(maps.leader(new ShardId(5)).orElseThrow().server()).isEqualTo(SELF);
    }

    @Test
    void goesOnAtAnotherManagerWhenTheLeaderDies() {
        FakeManager first = manager(1);
        FakeManager second = manager(2);
        second.follow(first);
        publish(1, first, second);
        agent(CLUSTER, first, second).start();
        await("reports to the first", () -> first.heartbeats.size() >= 2);

        first.close();
        second.lead();

        await("reports to the second", () -> second.heartbeats.size() >= 2);
        assertThat(refusals).isEmpty();
    }

    @Test
    void survivesTheLossOfAllManagers() {
        FakeManager manager = manager(1);
        publish(3, manager);
        agent(CLUSTER, manager).start();
        await("reports", () -> !manager.heartbeats.isEmpty());

        manager.close();
        int before = manager.heartbeats.size();
        await("map stays", () -> maps.current().isPresent());
        manager.restart();

        await("reports again", () -> manager.heartbeats.size() > before);
        assertThat(maps.current().orElseThrow().ringEpoch()).isEqualTo(3);
    }

    @Test
    void followsTheShardMapAndTheManagersItNames() {
        FakeManager first = manager(1);
        FakeManager second = manager(2);
        publish(1, first);
        agent(CLUSTER, first).start();
        await("first map", () -> maps.current().isPresent());

        ShardMap newer = FakeManager.map(CLUSTER, 2, first, second);
        first.maps.publish(newer);
        await("second map", () -> maps.current().orElseThrow().ringEpoch() == 2);
        first.close();
        second.maps.publish(FakeManager.map(CLUSTER, 3, second));

        await("third map, from elsewhere", () -> maps.current().orElseThrow().ringEpoch() == 3);
        await("reports elsewhere", () -> !second.heartbeats.isEmpty());
    }

    @Test
    void remembersTheMapOverARestartWithoutManagers() throws Exception {
        FakeManager manager = manager(1);
        publish(4, manager);
        ManagerAgent first = agent(CLUSTER, manager);
        first.start();
        Path file = directory.resolve("shardmap");
        await(
                "stored",
                () -> Files.exists(file)
                        && new ShardMapFile(file)
                                        .read()
                                        .map(ShardMap::ringEpoch)
                                        .orElse(0L)
                                == 4);
        first.close();
        manager.close();

        maps = new ShardMapPublisher();
        agent(CLUSTER, manager).start();

        await("known again", () -> maps.current().isPresent());
        assertThat(maps.current().orElseThrow().ringEpoch()).isEqualTo(4);
        assertThat(maps.current().orElseThrow().managers()).containsExactly(manager.record());
    }

    @Test
    void ignoresADamagedMapFile() throws Exception {
        Path file = directory.resolve("shardmap");
        FakeManager manager = manager(1);
        ShardMapFile stored = new ShardMapFile(file);
        stored.write(FakeManager.map(CLUSTER, 9, manager));
        byte[] bytes = Files.readAllBytes(file);
        assertThat(stored.read()).isPresent();

        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertThat(stored.read()).as("byte %d", i).isEmpty();
        }
        Files.write(file, new byte[3]);
        assertThat(stored.read()).isEmpty();
    }

    @Test
    void stopsClearlyInAForeignCluster() {
        FakeManager foreign = new FakeManager(OTHER, 1, loops);
        open.add(foreign);
        foreign.maps.publish(FakeManager.map(OTHER, 1, foreign));

        agent(CLUSTER, foreign).start();

        await("refused", () -> !refusals.isEmpty());
        assertThat(refusals.get(0).code()).isEqualTo(ErrorCode.WRONG_CLUSTER);
        assertThat(foreign.registrations).isEmpty();
        assertThat(joined).isEmpty();
    }

    @Test
    void prefersItsOwnClusterWhenOneAddressIsForeign() {
        FakeManager foreign = new FakeManager(OTHER, 1, loops);
        open.add(foreign);
        foreign.maps.publish(FakeManager.map(OTHER, 1, foreign));
        FakeManager own = manager(2);
        publish(1, own);

        agent(CLUSTER, foreign, own).start();

        await("reports", () -> !own.heartbeats.isEmpty());
        assertThat(refusals).isEmpty();
    }

    @Test
    void stopsWhenItIsRefusedForGoodAndWaitsWhenForNow() {
        FakeManager manager = manager(1);
        publish(1, manager);
        manager.refuse(ErrorCode.MANAGER_BEHIND);
        agent(CLUSTER, manager).start();
        await("it keeps asking", () -> manager.registrations.size() >= 3);
        assertThat(refusals).isEmpty();

        manager.refuse(ErrorCode.LABEL_IN_USE);

        await("refused", () -> !refusals.isEmpty());
        assertThat(refusals.get(0).code()).isEqualTo(ErrorCode.LABEL_IN_USE);
    }

    @Test
    void registersAgainWhenTheManagerDoesNotKnowIt() {
        FakeManager manager = manager(1);
        publish(1, manager);
        agent(CLUSTER, manager).start();
        await("reports", () -> !manager.heartbeats.isEmpty());
        int before = manager.registrations.size();

        manager.refuse(ErrorCode.SERVER_NOT_FOUND);
        await("registers", () -> manager.registrations.size() > before);
        manager.refuse(null);

        int reports = manager.heartbeats.size();
        await("reports again", () -> manager.heartbeats.size() > reports);
    }

    @Test
    void goesOnAfterAFailureOfItsOwnHost() {
        FakeManager manager = manager(1);
        publish(1, manager);
        host.fails = true;
        agent(CLUSTER, manager).start();
        await("registered", () -> !joined.isEmpty());

        host.fails = false;

        await("reports", () -> !manager.heartbeats.isEmpty());
    }

    @Test
    void announcesAnOrderlyStop() {
        FakeManager manager = manager(1);
        publish(1, manager);
        ManagerAgent agent = agent(CLUSTER, manager);
        agent.start();
        await("reports", () -> !manager.heartbeats.isEmpty());

        agent.announceStop(5_000);

        assertThat(manager.heartbeats).anyMatch(heartbeat -> heartbeat.getStopping());
    }

    @Test
    void answersStatusThroughAManagerAndAloneIfThereIsNone() {
        FakeManager manager = manager(1);
        publish(2, manager);
        ManagerAgent agent = agent(CLUSTER, manager);
        agent.start();
        await("reports", () -> !manager.heartbeats.isEmpty());
        await("map", () -> maps.current().isPresent());
        ChannelCache channels = new ChannelCache(loops, 4);
        open.add(channels);
        ServerClusterService service = new ServerClusterService(
                maps,
                () -> ProcessIdentity.newBuilder()
                        .setClusterId(IdMessages.toBytes(CLUSTER))
                        .build(),
                loops.next(),
                agent,
                channels);
        open.add(service);

        assertThat(status(service).getComplete()).isTrue();
        manager.close();
        ClusterStatus alone = status(service);

        assertThat(alone.getComplete()).isFalse();
        assertThat(alone.getRingEpoch()).isEqualTo(2);
        assertThat(alone.getManagersCount()).isEqualTo(1);
    }

    private static ClusterStatus status(ServerClusterService service) {
        CompletableFuture<ClusterStatus> answer = Unary.<GetStatusRequest, ClusterStatus>call(
                (GetStatusRequest request, StreamObserver<ClusterStatus> reply) -> service.getStatus(request, reply),
                GetStatusRequest.getDefaultInstance());
        return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private FakeManager manager(int number) {
        FakeManager manager = new FakeManager(CLUSTER, number, loops);
        open.add(manager);
        return manager;
    }

    private static void publish(long ringEpoch, FakeManager... managers) {
        for (FakeManager manager : managers) {
            manager.maps.publish(FakeManager.map(CLUSTER, ringEpoch, managers));
        }
    }

    private ManagerAgent agent(@Nullable ClusterId cluster, FakeManager... known) {
        List<HostPort> addresses = new ArrayList<>();
        for (FakeManager manager : known) {
            addresses.add(HostPort.parse(manager.address()));
        }
        ManagerAgent agent = new ManagerAgent(
                new AgentSettings(addresses, 20, 5, 1_000, 5, 40, 3_000),
                new AgentIdentity(
                        io.ringkv.rpc.ServerRecord.newBuilder()
                                .setServerId(SELF.value())
                                .setClientAddress("127.0.0.1:7")
                                .setPeerAddress("127.0.0.1:8")
                                .setRaftAddress("127.0.0.1:9")
                                .build(),
                        cluster,
                        77,
                        "test",
                        1),
                host,
                DiskSpace.UNKNOWN,
                maps,
                new ShardMapFile(directory.resolve("shardmap")),
                () -> List.of(PeerReport.newBuilder()
                        .setServerId(9)
                        .setSilentMillis(7)
                        .build()),
                loops,
                NanoClock.system(),
                new Recorder());
        open.add(agent);
        return agent;
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("did not come to pass: %s", what)
                    .isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private final class Recorder implements AgentListener {

        @Override
        public void joined(ClusterId cluster, ServerRecord server) {
            joined.add(cluster);
        }

        @Override
        public void refused(RingKvException reason) {
            refusals.add(reason);
        }
    }
}
