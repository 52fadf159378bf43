package io.ringkv.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ManagerRecord;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.ServerRecord;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Feared: a script that goes on before the server it started counts, and takes the old cluster for the new one. */
final class ArrivalsTest {
    private static final int UPTIME_MILLIS = 1_000;

    @Test
    void aServerHasArrivedOnceTheManagerHasHeardItSinceItStarted() {
        assertThat(missing(server(ServerState.SERVER_STATE_ACTIVE, 400))).isNull();
        assertThat(missing(server(ServerState.SERVER_STATE_DRAINING, UPTIME_MILLIS)))
                .isNull();
    }

    @Test
    void aServerWhoseLastHeartbeatIsThatOfItsFormerProcessHasNot() {
        assertThat(missing(server(ServerState.SERVER_STATE_ACTIVE, UPTIME_MILLIS + 1)))
                .isEqualTo("the manager has not heard server s4 since it started");
        ServerStatus.Builder neverHeard = server(ServerState.SERVER_STATE_ACTIVE, 0);
        assertThat(missing(neverHeard.clearHeartbeatAgeMillis())).contains("has not heard server s4");
    }

    @Test
    void theStateItIsInIsSaid() {
        assertThat(missing(server(ServerState.SERVER_STATE_JOINING, 10))).isEqualTo("server s4 is JOINING");
        assertThat(missing(server(ServerState.SERVER_STATE_DOWN, 10))).isEqualTo("server s4 is DOWN");
        assertThat(missing(null)).isEqualTo("server s4 is not registered yet");
    }

    @Test
    void silenceAndAManagerThatDoesNotLeadAreTold() {
        ClusterView view = new ClusterView(ClusterStatus.newBuilder().build());

        assertThat(Arrivals.missing("host:7430", Optional.empty(), view)).isEqualTo("no process answers at host:7430");
        assertThat(Arrivals.missing("host:7430", Optional.of(serverIdentity()), view))
                .isEqualTo("server s4 answers at host:7430, but no manager leads");
    }

    @Test
    void aManagerHasArrivedOnceTheOneThatLeadsReachesIt() {
        assertThat(missingManager(true, false)).isNull();
        assertThat(missingManager(false, true)).isNull();
        assertThat(missingManager(false, false)).isEqualTo("manager m1 is not reachable for the manager that leads");
    }

    @Test
    void aManagerThatIsNoMemberStandsBy() {
        ClusterView view =
                new ClusterView(ClusterStatus.newBuilder().setComplete(true).build());

        assertThat(Arrivals.missing("host:8430", Optional.of(managerIdentity()), view))
                .isNull();
    }

    private static @Nullable String missing(ServerStatus.@Nullable Builder server) {
        ClusterStatus.Builder status = ClusterStatus.newBuilder().setComplete(true);
        if (server != null) {
            status.addServers(server);
        }
        return Arrivals.missing("host:7430", Optional.of(serverIdentity()), new ClusterView(status.build()));
    }

    private static @Nullable String missingManager(boolean leads, boolean isReachable) {
        ClusterStatus status = ClusterStatus.newBuilder()
                .setComplete(true)
                .addManagers(ManagerStatus.newBuilder()
                        .setManager(managerIdentity().getManager())
                        .setLeader(leads)
                        .setReachable(isReachable))
                .build();
        return Arrivals.missing("host:8400", Optional.of(managerIdentity()), new ClusterView(status));
    }

    private static ServerStatus.Builder server(ServerState state, int heartbeatAgeMillis) {
        return ServerStatus.newBuilder()
                .setServer(
                        ServerRecord.newBuilder().setServerId(4).setLabel("s4").setState(state))
                .setHeartbeatAgeMillis(heartbeatAgeMillis);
    }

    private static ProcessIdentity serverIdentity() {
        return ProcessIdentity.newBuilder()
                .setServer(ServerRecord.newBuilder().setServerId(4).setLabel("s4"))
                .setUptimeMillis(UPTIME_MILLIS)
                .build();
    }

    private static ProcessIdentity managerIdentity() {
        return ProcessIdentity.newBuilder()
                .setManager(ManagerRecord.newBuilder().setManagerId(1).setLabel("m1"))
                .setUptimeMillis(UPTIME_MILLIS)
                .build();
    }
}
