package io.ringkv.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.time.NanoClock;
import io.ringkv.manager.control.ProposalFailedException;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.raft.RatisSettings;
import io.ringkv.raft.SnapshotSchedule;
import io.ringkv.rpc.ManagerEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One member over real Raft: what is on disk is found again, or missed loudly. */
class ManagerRaftIT {

    private static final ManagerId SELF = new ManagerId(1);
    private static final GroupId GROUP = new GroupId(new UUID(8, 8));

    @TempDir
    Path directory;

    private final List<RingKvException> failures = new CopyOnWriteArrayList<>();

    @Test
    void findsItsStateAgainFromSnapshotAndLog() throws Exception {
        ClusterState before = fill(120);
        assertThat(snapshots()).hasSize(2);

        assertThat(stateAfterRestart()).isEqualTo(before);
    }

    @Test
    void survivesADamagedNewestSnapshot() throws Exception {
        ClusterState before = fill(120);
        damage(snapshots().get(1));

        assertThat(stateAfterRestart()).isEqualTo(before);
    }

    @Test
    void refusesToStartWhenNoSnapshotIsLeftAndTheLogMayBeCut() throws Exception {
        ClusterState unused = fill(120);
        for (Path snapshot : snapshots()) {
            damage(snapshot);
        }

        try (ManagerRaft raft = start()) {
            assertThatThrownBy(() -> raft.open(GROUP))
                    .isInstanceOfSatisfying(
                            RingKvException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_UNREADABLE));
        }
    }

    @Test
    void voidsADecisionOfAnotherTerm() throws Exception {
        try (ManagerRaft raft = startNew()) {
            long term = awaitLeader(raft);
            apply(raft, new CreateCluster(Clusters.founding(3, 6, 3)), 0);
            apply(raft, Clusters.register(1), 0);

            apply(raft, new MarkServer(Clusters.server(1), ServerState.JOINING, ServerState.ACTIVE), term + 1);
            assertThat(raft.state().stateOf(Clusters.server(1))).isEqualTo(ServerState.JOINING);

            apply(raft, new MarkServer(Clusters.server(1), ServerState.JOINING, ServerState.ACTIVE), term);
            assertThat(raft.state().stateOf(Clusters.server(1))).isEqualTo(ServerState.ACTIVE);
        }
    }

    @Test
    void stopsActingAndSaysWhyAtAnEntryItDoesNotKnow() throws Exception {
        try (ManagerRaft raft = startNew()) {
            long unused = awaitLeader(raft);
            apply(raft, new CreateCluster(Clusters.founding(3, 6, 3)), 0);
            byte[] unknown = ManagerEntry.newBuilder().setFormat(99).build().toByteArray();

            assertThat(raft.proposeBytes(unknown).toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(ProposalFailedException.class);

            assertThat(failures)
                    .singleElement()
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LOG_ENTRY_UNKNOWN))
                    .satisfies(failure -> assertThat(failure).hasMessageContaining("format 99 (known: 1)"));
            assertThat(raft.leadership().isLeader()).isFalse();
            raft.tend();
        }
    }

    @Test
    void raisesItsTermWhenAVoteMayHaveBeenLost() throws Exception {
        long term;
        try (ManagerRaft raft = startNew()) {
            term = awaitLeader(raft);
        }

        try (ManagerRaft raft = start()) {
            raft.forgetVotes(GROUP);
            raft.open(GROUP);
            assertThat(awaitLeader(raft)).isGreaterThan(term + 99);
        }
    }

    /** Writes so many entries that snapshots are taken in between. */
    private ClusterState fill(int entries) throws Exception {
        try (ManagerRaft raft = startNew()) {
            long term = awaitLeader(raft);
            apply(raft, new CreateCluster(Clusters.founding(3, 6, 3)), 0);
            apply(raft, Clusters.register(1), 0);
            ServerState[] states = {ServerState.JOINING, ServerState.ACTIVE, ServerState.DOWN, ServerState.ACTIVE};
            for (int i = 0; i < entries; i++) {
                ServerState from = i == 0 ? states[0] : states[1 + (i + 1) % 2];
                ServerState to = states[1 + i % 2];
                apply(raft, new MarkServer(Clusters.server(1), from, to), term);
            }
            assertThat(raft.state().history().total()).isEqualTo(entries + 2);
            assertThat(failures).isEmpty();
            return raft.state();
        }
    }

    private ClusterState stateAfterRestart() throws Exception {
        try (ManagerRaft raft = start()) {
            assertThat(raft.hasLog(GROUP)).isTrue();
            raft.open(GROUP);
            awaitLeader(raft);
            return raft.state();
        }
    }

    private ManagerRaft startNew() throws IOException {
        ManagerRaft raft = start();
        ManagerRecord self = new ManagerRecord(SELF, "m1", "h:1", "h:2", "127.0.0.1:" + raft.port());
        raft.makeLog(GROUP, List.of(self));
        raft.open(GROUP);
        return raft;
    }

    private ManagerRaft start() throws IOException {
        RatisSettings settings = RatisSettings.defaults(
                        directory.resolve("raft"), directory.resolve("removed"), "127.0.0.1", 0)
                .withElectionTimeoutMillis(100, 200);
        return ManagerRaft.start(
                SELF, settings, new SnapshotSchedule(30, 1 << 20, 3_600_000), NanoClock.system(), new Recorder());
    }

    private static void apply(ManagerRaft raft, ClusterCommand command, long decidedInTerm) throws Exception {
        var unused = raft.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, command))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static long awaitLeader(ManagerRaft raft) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!raft.leadership().isLeader()) {
            assertThat(System.nanoTime() - deadline).as("no leader").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
        return raft.leadership().term();
    }

    /** Oldest first. */
    private List<Path> snapshots() throws IOException {
        Path sm = directory.resolve("raft").resolve(GROUP.toString()).resolve("sm");
        try (Stream<Path> files = Files.list(sm)) {
            return files.filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
                    .sorted(Comparator.comparingInt(file ->
                            Integer.parseInt(file.getFileName().toString().replaceAll(".*_", ""))))
                    .toList();
        }
    }

    private static void damage(Path snapshot) throws IOException {
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[bytes.length / 2] ^= 1;
        Files.write(snapshot, bytes);
    }

    private final class Recorder implements ManagerRaft.Listener {

        @Override
        public void changed() {
            // The tests look for themselves.
        }

        @Override
        public void failed(RingKvException reason) {
            failures.add(reason);
        }
    }
}
