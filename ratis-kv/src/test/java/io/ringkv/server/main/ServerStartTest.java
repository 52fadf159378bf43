package io.ringkv.server.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.process.DataDirectory;
import io.ringkv.process.ProcessAddresses;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.ExecuteRequest;
import io.ringkv.rpc.IdentifyRequest;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.server.identity.ServerIdentity;
import io.ringkv.server.identity.ServerIdentityFormat;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting and refusing to start, without any manager: a server waits for its cluster without end. */
class ServerStartTest {
    @TempDir
    private Path root;

    @Test
    void opensItsDoorsAndWaitsForItsCluster() throws Exception {
        try (ServerProcess server = start("a", "s1", Map.of());
                EventLoops loops = EventLoops.start(1, "test-client")) {
            assertThat(Files.readString(root.resolve("a/run.json")))
                    .contains(server.addresses().client());
            ManagedChannel channel =
                    Channels.open(HostPort.parse(server.addresses().client()), loops, loops.group());

            ProcessIdentity identity = ClusterGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .identify(IdentifyRequest.getDefaultInstance());
            assertThat(identity.getServer().getServerId()).isEqualTo(server.id().value());
            assertThat(identity.getClusterId()).isEmpty();
            assertThat(KvGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .execute(ExecuteRequest.newBuilder()
                                    .setRequest(Request.getDefaultInstance())
                                    .build())
                            .getReply()
                            .getCode())
                    .isEqualTo(ErrorCode.NOT_BOOTSTRAPPED.number());
            channel.shutdownNow();
        }
        assertThat(root.resolve("a/run.json")).doesNotExist();
    }

    @Test
    void keepsItsIdentityOverARestart() {
        ServerId first;
        try (ServerProcess server = start("a", "s1", Map.of())) {
            first = server.id();
        }
        try (ServerProcess server = start("a", "s1", Map.of())) {
            assertThat(server.id()).isEqualTo(first);
        }
    }

    @Test
    void refusesADirectoryInUse() {
        try (ServerProcess server = start("a", "s1", Map.of())) {
            assertThat(server.id()).isNotNull();

            assertRefused("a", "s1", Map.of(), ErrorCode.DATA_DIRECTORY_LOCKED, "Process ");
        }
    }

    @Test
    void refusesAPortInUseAndGivesTheDirectoryFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            // The first of the three ports, so that the message names it.
            String port = Integer.toString(taken.getLocalPort());

            assertRefused("a", "s1", Map.of("base-port", port), ErrorCode.PORT_IN_USE, ":" + port);
        }
        start("a", "s1", Map.of()).close();
    }

    @Test
    void refusesTheDirectoryOfAnotherServer() {
        join("a", "s1");

        assertRefused("a", "s2", Map.of(), ErrorCode.DATA_DIRECTORY_FOREIGN, "that of server s1");
    }

    @Test
    void refusesAnotherAddressThanItIsKnownBy() {
        join("a", "s1");

        assertRefused(
                "a", "s1", Map.of("advertise-host", "elsewhere"), ErrorCode.ADDRESS_CHANGED, "join as a new server");
    }

    @Test
    void refusesALabelThatIsNone() {
        assertThatThrownBy(() -> start("a", "not a label", Map.of())).hasMessageContaining("\"not a label\"");
    }

    private void join(String directory, String label) {
        try (DataDirectory<ServerIdentity> data = DataDirectory.open(
                root.resolve(directory), new ServerIdentityFormat(), () -> ServerIdentity.fresh(new ServerId(5)))) {
            data.store(data.identity()
                    .joined(
                            new ClusterId(new UUID(1, 2)),
                            label,
                            new ProcessAddresses("127.0.0.1:7400", "127.0.0.1:7401", "127.0.0.1:7402")));
        }
    }

    private ServerProcess start(String directory, String label, Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(Map.of(
                "data", root.resolve(directory).toString(), "label", label, "base-port", "0", "join", "127.0.0.1:1"));
        flags.putAll(more);
        return ServerProcess.start(ServerConfig.of(
                new ConfigLoader(ServerSettings.all()).flags(flags).load()));
    }

    private void assertRefused(String directory, String label, Map<String, String> more, ErrorCode code, String words) {
        assertThatThrownBy(() -> start(directory, label, more))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }
}
