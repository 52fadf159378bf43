package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ServerState;
import io.ringkv.server.main.ServerConfig;
import io.ringkv.server.main.ServerProcess;
import io.ringkv.server.main.ServerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that share a process share nothing else. Feared: one that must end takes its neighbours with it. */
final class ServerHostIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void oneThatIsRefusedEndsAlone() throws Exception {
        EmbeddedClusterOptions options =
                EmbeddedClusterOptions.ofServers(1).withManagers(1).withShards(1);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options);
                ServerHost host =
                        ServerHost.start(List.of(config(cluster, "taken", "s1"), config(cluster, "new", "s2")))) {
            ServerProcess refused = host.servers().get(0);
            assertThat(refused.failure()
                            .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                            .code())
                    .isEqualTo(ErrorCode.LABEL_IN_USE);
            EmbeddedCluster.await(
                    TIMEOUT, () -> isActive(cluster, host.servers().get(1)), () -> "s2 is ACTIVE");
            assertThat(host.failure()).isNotDone();
        }
    }

    @Test
    void endsWithTheReasonOfTheLast() throws Exception {
        EmbeddedClusterOptions options =
                EmbeddedClusterOptions.ofServers(1).withManagers(1).withShards(1);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options);
                ServerHost host = ServerHost.start(List.of(config(cluster, "taken", "s1")))) {
            assertThat(host.failure().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).code())
                    .isEqualTo(ErrorCode.LABEL_IN_USE);
        }
    }

    @Test
    void startsAllOrNone() {
        ServerConfig one = config("127.0.0.1:1", "same", "s1");

        assertThatThrownBy(() -> ServerHost.start(List.of(one, one)))
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_LOCKED));
        // Whatever was started has let go of it.
        ServerHost.start(List.of(one)).close();
    }

    private static boolean isActive(EmbeddedCluster cluster, ServerProcess server) {
        return cluster.client().blocking().status().getServersList().stream()
                .anyMatch(status ->
                        status.getServer().getServerId() == server.id().value()
                                && status.getServer().getState() == ServerState.SERVER_STATE_ACTIVE);
    }

    private ServerConfig config(EmbeddedCluster cluster, String name, String label) {
        return config(cluster.endpoints(), name, label);
    }

    private ServerConfig config(String join, String name, String label) {
        return ServerConfig.of(new ConfigLoader(ServerSettings.all())
                .flags(Map.of(
                        "data", directory.resolve(name).toString(), "label", label, "base-port", "0", "join", join))
                .load());
    }
}
