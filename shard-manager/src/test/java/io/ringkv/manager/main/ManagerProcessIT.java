package io.ringkv.manager.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.time.NanoClock;
import io.ringkv.raft.DurableFiles;
import io.ringkv.rpc.BootstrapReply;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.ClusterSettings;
import io.ringkv.rpc.CoordinationGrpc;
import io.ringkv.rpc.ManagerGrpc;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.ServerRecord;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one process makes of its directory and its ports. */
class ManagerProcessIT {

    @TempDir
    Path directory;

    @Test
    void keepsIdentityPortsAndClusterOverARestart() throws Exception {
        String address;
        try (ManagerProcess first = start(config())) {
            bootstrap(first);
            address = first.self().clientAddress();
            assertThat(Files.readString(directory.resolve("run.json"))).contains(address);
            assertThat(directory.resolve("running")).exists();
        }
        assertThat(directory.resolve("run.json")).doesNotExist();
        assertThat(directory.resolve("running")).doesNotExist();

        try (ManagerProcess second = start(config())) {
            assertThat(second.self().clientAddress()).isEqualTo(address);
            assertThat(second.self().label()).isEqualTo("m1");
            awaitLeader(second);
            assertThat(second.state().exists()).isTrue();
        }
    }

    @Test
    void refusesOtherPortsOnceItIsKnown() {
        try (ManagerProcess process = start(config())) {
            bootstrap(process);
        }

        assertRefused(() -> start(config().withPorts(1, 2, 3)), ErrorCode.ADDRESS_CHANGED);
    }

    @Test
    void takesNoPartWithoutTheLogItHadOnce() throws Exception {
        try (ManagerProcess process = start(config())) {
            bootstrap(process);
        }
        DurableFiles.deleteTree(directory.resolve("raft"));

        assertRefused(() -> start(config()), ErrorCode.DATA_DIRECTORY_UNREADABLE);
    }

    @Test
    void refusesAPortInUseAndLeavesNothingBehind() {
        try (ManagerProcess process = start(config())) {
            int taken = HostPort.parse(process.self().clientAddress()).port();
            ManagerConfig other = ManagerConfig.local(directory.resolve("other"));

            assertRefused(() -> start(other.withPorts(taken, 0, 0)), ErrorCode.PORT_IN_USE);
            assertRefused(() -> start(other.withPorts(0, taken, 0)), ErrorCode.PORT_IN_USE);
            assertRefused(() -> start(other.withPorts(0, 0, taken)), ErrorCode.PORT_IN_USE);
            start(other).close();
        }
    }

    @Test
    void raisesItsTermAfterTheHostLostItsPower() {
        ManagerProcess process = start(config(), "boot1");
        bootstrap(process);
        long term = term(process);
        process.closeNow();

        ManagerProcess killed = start(config(), "boot1");
        awaitLeader(killed);
        long afterKill = term(killed);
        killed.closeNow();
        try (ManagerProcess afterPowerLoss = start(config(), "boot2")) {
            awaitLeader(afterPowerLoss);
            assertThat(afterKill).isLessThan(term + 50);
            assertThat(term(afterPowerLoss)).isGreaterThan(afterKill + 99);
        }
    }

    @Test
    void keepsHistoryInOrderWhenTheClockIsSetBack() {
        long today = 1_800_000_000_000L;
        AtomicLong wallMillis = new AtomicLong(today);
        try (ManagerProcess process = ManagerProcess.start(
                config(),
                NanoClock.system(),
                () -> Instant.ofEpochMilli(wallMillis.get()),
                "boot1",
                new SimpleMeterRegistry())) {
            bootstrap(process);
            wallMillis.set(today - TimeUnit.DAYS.toMillis(400));

            register(process, 1);

            assertThat(process.state().history().events())
                    .hasSize(2)
                    .allSatisfy(event -> assertThat(event.wallMillis()).isEqualTo(today));
            wallMillis.set(today + 1);
            register(process, 2);
            assertThat(process.state().history().lastWallMillis()).isEqualTo(today + 1);
        }
    }

    @Test
    void refusesADirectoryItCannotTrustAndTouchesNothingInIt() throws Exception {
        Path file = Files.writeString(directory.resolve("thesis.txt"), "important");
        assertRefused(() -> start(config()), ErrorCode.DATA_DIRECTORY_FOREIGN);
        assertThat(directory.toFile().list()).containsExactly("thesis.txt");
        assertRefused(() -> start(ManagerConfig.local(file)), ErrorCode.DATA_DIRECTORY_FOREIGN);
    }

    @Test
    void refusesTheDirectoryOfAnotherManagerAndADamagedOne() throws Exception {
        try (ManagerProcess process = start(config())) {
            bootstrap(process);
        }
        assertRefused(() -> start(config().withLabel("m2")), ErrorCode.DATA_DIRECTORY_FOREIGN);
        start(config().withLabel("m1")).close();

        Path identity = directory.resolve("identity");
        Files.writeString(identity, Files.readString(identity).replace("member: true", "member: false"));
        assertRefused(() -> start(config()), ErrorCode.DATA_DIRECTORY_UNREADABLE);
    }

    @Test
    void measuresItself() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (ManagerProcess process =
                ManagerProcess.start(config(), NanoClock.system(), InstantSource.system(), "boot1", registry)) {
            assertThat(registry.get("ringkv_manager_is_leader").gauge().value()).isZero();
            bootstrap(process);
            awaitLeader(process);

            assertThat(registry.get("ringkv_manager_is_leader").gauge().value()).isEqualTo(1);
            assertThat(registry.get("ringkv_ring_epoch").gauge().value()).isEqualTo(1);
            assertThat(registry.get("ringkv_servers")
                            .tag("state", "ACTIVE")
                            .gauge()
                            .value())
                    .isZero();
        }
    }

    private static long term(ManagerProcess process) {
        return process.leadership().term();
    }

    private static ManagerProcess start(ManagerConfig config) {
        return ManagerProcess.start(config);
    }

    private static ManagerProcess start(ManagerConfig config, String bootId) {
        return ManagerProcess.start(
                config, NanoClock.system(), InstantSource.system(), bootId, new SimpleMeterRegistry());
    }

    private ManagerConfig config() {
        return ManagerConfig.local(directory).withElectionTimeoutMillis(100, 200);
    }

    private static void bootstrap(ManagerProcess process) {
        HostPort address = HostPort.parse(process.self().clientAddress());
        try (EventLoops loops = EventLoops.start(1, "test-loop");
                ChannelCache channels = new ChannelCache(loops, 1)) {
            BootstrapReply reply = ManagerGrpc.newBlockingStub(channels.to(address))
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .bootstrap(BootstrapRequest.newBuilder()
                            .addManagerAddresses(address.toString())
                            .setSettings(ClusterSettings.newBuilder().setExpectedServers(1))
                            .build());
            assertThat(reply.getCreated()).isTrue();
        }
    }

    private static void register(ManagerProcess process, int number) {
        try (EventLoops loops = EventLoops.start(1, "test-loop");
                ChannelCache channels = new ChannelCache(loops, 1)) {
            RegisterReply reply = CoordinationGrpc.newBlockingStub(
                            channels.to(HostPort.parse(process.self().peerAddress())))
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .register(RegisterRequest.newBuilder()
                            .setServer(ServerRecord.newBuilder()
                                    .setServerId(number)
                                    .setClientAddress("h:" + (10 * number))
                                    .setPeerAddress("h:" + (10 * number + 1))
                                    .setRaftAddress("h:" + (10 * number + 2)))
                            .setLevelHighest(1)
                            .build());
            assertThat(reply.hasRefusal()).isFalse();
        }
    }

    private static void awaitLeader(ManagerProcess process) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!process.isLeader()) {
            assertThat(System.nanoTime() - deadline).as("no leader").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
