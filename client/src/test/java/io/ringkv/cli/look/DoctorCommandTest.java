package io.ringkv.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.cli.CommandRun;
import io.ringkv.cli.MemoryClient;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerSuspicion;
import io.ringkv.rpc.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DoctorCommandTest {
    private final MemoryClient client = new MemoryClient();

    @Test
    void findsNothingWrongWithAHealthyCluster() {
        client.status = ClusterViewTest.healthy().build();

        CommandRun run = CommandRun.of(client, "doctor");

        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).contains("replication", "ok").doesNotContain("WARNING", "FAILURE");
    }

    @Test
    void saysWhatComesOfItAndWhatHelps() {
        client.status = with(status -> status.getShardsBuilder(3).setLeader(0).setHealthyReplicas(1));

        CommandRun run = CommandRun.of(client, "doctor");

        assertThat(run.exitCode()).isEqualTo(8);
        assertThat(run.out())
                .contains("FAILURE", "no leader: shard 4", "Reads and writes of these shards fail")
                .contains("no majority of healthy replicas: shard 4", "ringkv explain shard 4");
    }

    static List<Arguments> ills() {
        return List.of(
                ill("managers", Complaint.Severity.FAILURE, status -> status.setComplete(false)),
                ill(
                        "managers",
                        Complaint.Severity.WARNING,
                        status ->
                                status.addManagersBuilder().getManagerBuilder().setLabel("m2")),
                ill(
                        "replication",
                        Complaint.Severity.WARNING,
                        status -> status.getShardsBuilder(0).setHealthyReplicas(2)),
                ill(
                        "replica failures",
                        Complaint.Severity.WARNING,
                        status ->
                                status.getShardsBuilder(0).getReplicasBuilder(1).setFailure("closed by itself")),
                ill(
                        "servers",
                        Complaint.Severity.FAILURE,
                        status ->
                                status.getServersBuilder(1).getServerBuilder().setState(ServerState.SERVER_STATE_DOWN)),
                ill(
                        "servers",
                        Complaint.Severity.WARNING,
                        status -> status.getServersBuilder(1).setHeartbeatAgeMillis(6_000)),
                ill(
                        "disks",
                        Complaint.Severity.WARNING,
                        status ->
                                status.getServersBuilder(0).setDiskFreeBytes(19).setDiskTotalBytes(100)),
                ill(
                        "disks",
                        Complaint.Severity.FAILURE,
                        status -> status.getServersBuilder(0)
                                .setReadOnly(true)
                                .setDiskFreeBytes(9)
                                .setDiskTotalBytes(100)),
                ill("versions", Complaint.Severity.WARNING, status -> {
                    status.getServersBuilder(0).setVersion("1.0");
                    status.getServersBuilder(1).setVersion("1.1");
                }),
                ill("operations", Complaint.Severity.WARNING, status -> status.setOperationsPaused(true)),
                ill(
                        "operations",
                        Complaint.Severity.WARNING,
                        status -> status.addOperations(OperationStatus.newBuilder()
                                .setNumber(7)
                                .setAttempt(2)
                                .setStatus("RUNNING"))),
                ill("replication factor", Complaint.Severity.WARNING, status -> status.setReplicationFactor(2)),
                ill("replication factor", Complaint.Severity.WARNING, status -> status.setReplicationFactor(1)),
                ill(
                        "balance",
                        Complaint.Severity.WARNING,
                        status -> status.getServersBuilder(0).setReplicas(9)));
    }

    private static Arguments ill(String check, Complaint.Severity severity, Consumer<ClusterStatus.Builder> change) {
        return Arguments.of(check, severity, with(change));
    }

    @ParameterizedTest
    @MethodSource("ills")
    void findsEachIll(String check, Complaint.Severity severity, ClusterStatus status) {
        List<Complaint> found = ClusterExamination.of(new ClusterView(status), List.of());

        assertThat(found)
                .filteredOn(complaint -> complaint.check().equals(check))
                .singleElement()
                .satisfies(complaint -> {
                    assertThat(complaint.severity()).isEqualTo(severity);
                    assertThat(complaint.evidence()).isNotEmpty();
                    assertThat(complaint.impact()).isNotEmpty();
                    assertThat(complaint.help()).isNotEmpty();
                });
    }

    @Test
    void namesLinksThatGoOneWay() {
        ServerSuspicion accused = ServerSuspicion.newBuilder()
                .setServer("s2")
                .addAccusers(Witness.newBuilder().setServer("s1"))
                .setVerdict("Server s2 is heard, and s1 says that it is silent.")
                .build();

        List<Complaint> found =
                ClusterExamination.of(new ClusterView(ClusterViewTest.healthy().build()), List.of(accused));

        assertThat(found).anySatisfy(complaint -> {
            assertThat(complaint.check()).isEqualTo("links");
            assertThat(complaint.evidence()).contains("s1 says that it is silent");
        });
    }

    @Test
    void measuresTheMachineAndLeavesNothingBehind(@TempDir Path directory) throws Exception {
        client.status = ClusterViewTest.healthy().build();

        CommandRun run = CommandRun.of(client, "doctor", "--machine", directory.toString(), "-o", "json");

        assertThat(run.out()).contains("\"fsync\"", "forcing 4 KiB takes", "\"open files\"", "\"disk space\"");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void refusesAMachineDirectoryThatDoesNotExist() {
        client.status = ClusterViewTest.healthy().build();

        CommandRun run = CommandRun.of(client, "doctor", "--machine", "no/such/directory");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no/such/directory");
    }

    @Test
    void judgesAMachineByWhatWasMeasured() {
        MachineFacts good = new MachineFacts(200, 5_000, 60, 100, 65_536, 17);
        assertThat(MachineExamination.of(good)).allMatch(check -> check.severity() == Complaint.Severity.OK);

        MachineFacts bad = new MachineFacts(200_000, 600_000, 10, 100, 1_024, 17);
        assertThat(MachineExamination.of(bad))
                .extracting(Complaint::severity)
                .containsExactly(
                        Complaint.Severity.FAILURE,
                        Complaint.Severity.WARNING,
                        Complaint.Severity.WARNING,
                        Complaint.Severity.OK);
        MachineFacts slow = new MachineFacts(20_000, 30_000, 60, 100, 65_536, 17);
        assertThat(MachineExamination.of(slow).get(0).severity()).isEqualTo(Complaint.Severity.WARNING);
    }

    private static ClusterStatus with(Consumer<ClusterStatus.Builder> change) {
        ClusterStatus.Builder status = ClusterViewTest.healthy();
        change.accept(status);
        return status.build();
    }
}
