package io.ringkv.server.replica;

import static io.ringkv.server.replica.Hosts.await;
import static io.ringkv.server.replica.Hosts.get;
import static io.ringkv.server.replica.Hosts.group;
import static io.ringkv.server.replica.Hosts.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.SnapshotSchedule;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatisReplicaHostIT {
    @TempDir
    private Path root;

    private Hosts hosts;

    @BeforeEach
    void prepare() {
        hosts = new Hosts(root);
    }

    @AfterEach
    void stop() {
        hosts.close();
        assertThat(hosts.incidents).isEmpty();
    }

    private GroupDirectory directory(int number, int shard) {
        return GroupDirectory.of(hosts.data(number).resolve("raft"), group(shard));
    }

    private static SubmitException failureOf(CompletionStage<?> stage) {
        CompletionException e = catchThrowableOfType(
                CompletionException.class, () -> stage.toCompletableFuture().join());
        return (SubmitException) Objects.requireNonNull(e.getCause());
    }

    @Test
    void createsAShardByInstructionAndKeepsItOnAllVoters() {
        hosts.startAll(3);
        ShardReplica leader = hosts.create(1, 1, 2, 3);
        hosts.put(1, "a", "1");

        for (int number = 1; number <= 3; number++) {
            hosts.awaitValue(number, 1, "a", "1");
        }
        DivisionView view = leader.division();
        assertThat(view.serving()).isTrue();
        assertThat(view.voters()).containsExactlyInAnyOrder(id(1), id(2), id(3));
        assertThat(view.previousVoters()).isEmpty();
        assertThat(view.leaderHint()).isEqualTo(id(hosts.numberOf(leader)));
        assertThat(leader.termIfRunning()).isEqualTo(view.term());

        ReplicaReport report = hosts.report(hosts.numberOf(leader), 1);
        assertThat(report.getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_MEMBER);
        assertThat(report.getLeaderReady()).isTrue();
        assertThat(report.getVotersList()).containsExactly(id(1).value(), id(2).value(), id(3).value());
        assertThat(report.getFollowersList()).hasSize(2);
        assertThat(report.getConfigurationTransitional()).isFalse();
        assertThat(report.getRangeEpoch()).isEqualTo(1);
        assertThat(report.getFailure()).isEmpty();
        assertThat(hosts.host(1).managerTerm()).isEqualTo(1);
        assertThat(hosts.host(1).ledgerReplicas()).isEqualTo(1);
    }

    @Test
    void repeatedCreationChangesNothing() {
        hosts.startAll(1);
        ShardReplica replica = hosts.create(1, 1);
        hosts.put(1, "a", "1");
        hosts.host(1).obey(1, hosts.creation(1, 1));
        hosts.put(1, "b", "2");
        assertThat(hosts.replica(1, 1)).isSameAs(replica);
        assertThat(hosts.read(1, 1, "a")).isEqualTo("1");
        assertThat(hosts.count(1, "ringkv_instruction_refused_total")).isZero();
    }

    @Test
    void findsEverythingAfterAStopInGoodOrder() {
        hosts.startAll(3);
        hosts.create(1, 1, 2, 3);
        hosts.create(2, 1, 2, 3);
        hosts.put(1, "a", "1");
        hosts.put(2, "b", "2");
        hosts.stopAll();
        hosts.startAll(3);
        hosts.put(1, "c", "3");
        for (int number = 1; number <= 3; number++) {
            hosts.awaitValue(number, 1, "c", "3");
            hosts.awaitValue(number, 1, "a", "1");
            hosts.awaitValue(number, 2, "b", "2");
        }
    }

    @Test
    void findsEverythingAfterAKillAndGoesOnWithoutTheKilledOneMeanwhile() {
        hosts.startAll(3);
        ShardReplica leader = hosts.create(1, 1, 2, 3);
        hosts.put(1, "a", "1");
        int killed = hosts.numberOf(leader);
        hosts.kill(killed);
        hosts.put(1, "b", "2");

        hosts.start(killed);
        hosts.awaitValue(killed, 1, "b", "2");
        hosts.awaitValue(killed, 1, "a", "1");
        hosts.killAll();
        hosts.startAll(3);
        hosts.put(1, "c", "3");
        for (int number = 1; number <= 3; number++) {
            hosts.awaitValue(number, 1, "c", "3");
            hosts.awaitValue(number, 1, "a", "1");
        }
    }

    @Test
    void raisesItsTermOnlyWhenTheHostStoppedInDisorder() throws IOException {
        hosts.startAll(1);
        hosts.create(1, 1);
        hosts.put(1, "a", "1");
        hosts.kill(1);
        long term = directory(1, 1).term();

        // Only the process was killed.
        hosts.start(1);
        hosts.put(1, "b", "2");
        hosts.kill(1);
        assertThat(directory(1, 1).term()).isLessThan(term + 50);

        // The host came up anew without a stop in good order.
        hosts.bootId = "boot-2";
        hosts.start(1);
        hosts.put(1, "c", "3");
        hosts.stop(1);
        long raised = directory(1, 1).term();
        assertThat(raised).isGreaterThan(term + GroupDirectory.TERMS_AFTER_HOST_STOP);

        // And now after one.
        hosts.bootId = "boot-3";
        hosts.start(1);
        hosts.put(1, "d", "4");
        assertThat(hosts.read(1, 1, "a")).isEqualTo("1");
        hosts.stop(1);
        assertThat(directory(1, 1).term()).isLessThan(raised + 50);
    }

    @Test
    void neverTakesPartAgainWhereItsDirectoryIsGone() throws IOException {
        hosts.startAll(3);
        hosts.create(1, 1, 2, 3);
        hosts.create(2, 1, 2, 3);
        hosts.put(1, "a", "1");
        hosts.stop(3);
        DurableFiles.deleteTree(directory(3, 1).path());

        hosts.start(3);
        hosts.put(1, "b", "2");
        hosts.put(2, "c", "3");
        hosts.awaitValue(3, 2, "c", "3");
        assertThat(hosts.replica(3, 1)).isNull();
        ReplicaReport report = hosts.report(3, 1);
        assertThat(report.getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_LOST);
        assertThat(report.getFailure()).isEqualTo("its directory is missing");
        assertThat(report.getLifeCycle()).isEqualTo("ABSENT");

        // Nor by the instruction that created it.
        hosts.host(3).obey(2, hosts.creation(1, 1, 2, 3));
        await("the refusal", () -> hosts.count(3, "ringkv_instruction_refused_total") == 1);
        assertThat(directory(3, 1).exists()).isFalse();
    }

    @Test
    void isLostWithoutTermAndVoteAndKeepsTheRestForStudy() throws IOException {
        hosts.startAll(1);
        hosts.create(1, 1);
        hosts.stop(1);
        Files.delete(directory(1, 1).path().resolve("current").resolve("raft-meta"));

        hosts.start(1);
        assertThat(hosts.report(1, 1).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_LOST);
        assertThat(directory(1, 1).exists()).isFalse();
        assertThat(hosts.data(1).resolve("quarantine").resolve(group(1).toString()))
                .isNotEmptyDirectory();
    }

    @Test
    void isLostWhenItsLogEndsBelowWhatItHadCommitted() throws IOException {
        hosts.startAll(1);
        hosts.create(1, 1);
        for (int i = 0; i < 20; i++) {
            hosts.put(1, "k" + i, "v");
        }
        hosts.stop(1);
        try (var files = Files.list(directory(1, 1).path().resolve("current"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("log_"))
                    .toList()) {
                Files.delete(file);
            }
        }
        hosts.start(1);
        await("the loss", () -> hosts.report(1, 1).getLedgerState() == LedgerState.LEDGER_STATE_LOST);
        assertThat(hosts.report(1, 1).getFailure()).contains("were known to be committed");
        assertThat(hosts.replica(1, 1)).isNull();
    }

    @Test
    void bringsALaggingReplicaUpByASnapshot() throws IOException {
        hosts.schedule = new SnapshotSchedule(20, 1 << 30, 3_600_000);
        hosts.startAll(3);
        ShardReplica leader = hosts.create(1, 1, 2, 3);
        int away = hosts.numberOf(leader) % 3 + 1;
        hosts.put(1, "first", "1");
        hosts.awaitValue(away, 1, "first", "1");
        hosts.kill(away);
        String large = "x".repeat(50_000);
        for (int i = 0; i < 400; i++) {
            hosts.put(1, "k" + i % 10, large + i);
        }
        int leading = hosts.numberOf(hosts.awaitLeader(1));
        await("a purge", () -> firstIndex(leading) > 10);

        hosts.start(away);
        hosts.put(1, "last", "2");
        hosts.awaitValue(away, 1, "last", "2");
        hosts.awaitValue(away, 1, "first", "1");
        hosts.awaitValue(away, 1, "k9", large + 399);
        assertThat(directory(away, 1).path().resolve("sm")).isNotEmptyDirectory();
        // It is as good as any other: it can be stopped and started again.
        hosts.stop(away);
        hosts.start(away);
        hosts.awaitValue(away, 1, "last", "2");
    }

    private long firstIndex(int number) {
        try {
            return directory(number, 1).firstIndex();
        } catch (IOException e) {
            // Files come and go while the group is open.
            return -1;
        }
    }

    @Test
    void restoresADivisionThatClosedByItselfAndGivesUpWhenItDoesNotComeFurther() {
        hosts.startAll(3);
        ShardReplica leader = hosts.create(1, 1, 2, 3);
        hosts.put(1, "a", "1");
        int number = hosts.numberOf(leader) % 3 + 1;
        hosts.awaitValue(number, 1, "a", "1");

        hosts.closeDivision(number, 1);
        await("the restoration", () -> hosts.count(number, "ringkv_replica_restored_total") == 1);
        hosts.put(1, "b", "2");
        hosts.awaitValue(number, 1, "b", "2");

        hosts.closeDivision(number, 1);
        await("another", () -> hosts.count(number, "ringkv_replica_restored_total") == 2);
        await("its reopening", () -> hosts.report(number, 1).getLifeCycle().equals("RUNNING"));
        hosts.closeDivision(number, 1);
        await("the quarantine", () -> hosts.count(number, "ringkv_replica_quarantined_total") == 1);
        assertThat(hosts.report(number, 1).getFailure()).contains("and again there");
        // The others go on; and so does this one after the server has been started anew.
        hosts.put(1, "c", "3");
        hosts.stop(number);
        hosts.start(number);
        hosts.awaitValue(number, 1, "c", "3");
    }

    @Test
    void failsAReplicaThatMeetsAnEntryItCannotApplyWithoutClosingItsDivision() {
        hosts.startAll(3);
        ShardReplica leader = hosts.create(1, 1, 2, 3);
        hosts.create(2, 1, 2, 3);
        hosts.put(1, "a", "1");

        SubmitException failure = failureOf(leader.submit(new byte[] {1, 2, 3}));
        assertThat(failure.code()).isEqualTo(ErrorCode.REPLICA_FAILED);
        assertThat(failure.notProposed()).isFalse();

        for (int number = 1; number <= 3; number++) {
            int host = number;
            await(
                    "failure on " + number,
                    () -> !hosts.report(host, 1).getFailure().isEmpty());
            assertThat(hosts.report(number, 1).getFailure()).contains("failed at");
        }
        await(
                "that none leads",
                () -> hosts.replicasOf(1).stream()
                        .noneMatch(replica -> replica.division().leader()));
        for (ShardReplica replica : hosts.replicasOf(1)) {
            assertThat(replica.division().running()).isTrue();
            assertThat(replica.serving()).isFalse();
            assertThat(failureOf(replica.submit(hosts.entry(1, "b", "2"))).notProposed())
                    .isTrue();
        }
        hosts.put(2, "c", "3");
        assertThat(hosts.count(1, "ringkv_replica_restored_total")).isZero();
    }

    @Test
    void handsAllLeadershipsAwayBeforeItStops() {
        hosts.startAll(3);
        for (int shard = 1; shard <= 3; shard++) {
            hosts.create(shard, 1, 2, 3);
            moveLeadership(shard, 1);
        }
        hosts.host(1).handLeadershipAway(5_000);
        for (int shard = 1; shard <= 3; shard++) {
            assertThat(Objects.requireNonNull(hosts.replica(1, shard))
                            .division()
                            .leader())
                    .as("host 1 leads shard %d", shard)
                    .isFalse();
        }
        hosts.stop(1);
        for (int shard = 1; shard <= 3; shard++) {
            hosts.put(shard, "a", "1");
        }
    }

    private void moveLeadership(int shard, int target) {
        await("shard " + shard + " to be led by " + target, () -> {
            int leading = hosts.numberOf(hosts.awaitLeader(shard));
            if (leading != target) {
                hosts.host(leading).obey(1, Hosts.transfer(shard, 1, target));
            }
            return leading == target;
        });
    }

    @Test
    void refusesInstructionsOfFormerManagersAndEpochs() {
        hosts.startAll(3);
        hosts.create(1, 1, 2, 3);
        int leading = hosts.numberOf(hosts.awaitLeader(1));
        int target = leading % 3 + 1;
        hosts.host(leading).obey(7, Hosts.transfer(1, 1, target));
        await("the transfer", () -> hosts.numberOf(hosts.awaitLeader(1)) == target);
        assertThat(hosts.host(leading).managerTerm()).isEqualTo(7);

        hosts.host(leading).obey(6, Hosts.transfer(1, 1, leading));
        await("the first refusal", () -> hosts.count(leading, "ringkv_instruction_refused_total") == 1);
        hosts.host(leading).obey(7, Hosts.transfer(1, 0, leading));
        await("the second refusal", () -> hosts.count(leading, "ringkv_instruction_refused_total") == 2);
        // Known again after a restart.
        hosts.stop(leading);
        hosts.start(leading);
        assertThat(hosts.host(leading).managerTerm()).isEqualTo(7);
        assertThat(hosts.report(leading, 1).getLedgerReplicaEpoch()).isEqualTo(1);
    }

    @Test
    void refusesCreationsThatCannotBeMeant() {
        hosts.startAll(2);
        RatisReplicaHost host = hosts.host(1);
        host.obey(1, hosts.creation(1, 2));
        await("refusal: not a voter", () -> hosts.count(1, "ringkv_instruction_refused_total") == 1);
        host.obey(1, hosts.creation(1, 1).toBuilder().setIncarnation(0).build());
        await("refusal: no incarnation", () -> hosts.count(1, "ringkv_instruction_refused_total") == 2);
        host.obey(1, hosts.creation(1, 1).toBuilder().clearGroupId().build());
        await("refusal: no group", () -> hosts.count(1, "ringkv_instruction_refused_total") == 3);
        host.obey(1, hosts.creation(1, 1).toBuilder().clearCreate().build());
        await("refusal: no action", () -> hosts.count(1, "ringkv_instruction_refused_total") == 4);
        assertThat(host.ledgerReplicas()).isZero();
    }

    @Test
    void finishesACreationThatWasInterrupted() throws IOException {
        hosts.startAll(1);
        hosts.create(1, 1);
        hosts.stop(1);
        // As a crash would leave it after the ledger was written, and after the directory was made.
        Path ledgerFile = hosts.data(1).resolve("ledger");
        ReplicaLedger ledger = ReplicaLedger.open(ledgerFile, false);
        LedgerEntry entry = Objects.requireNonNull(ledger.entry(group(1)));
        ledger.change(present -> present.with(new LedgerEntry(
                entry.shard(), entry.group(), 1, LedgerEntry.State.PREPARED, 1, 1, entry.range(), 1, 1, -1, "")));

        hosts.start(1);
        assertThat(directory(1, 1).exists()).isFalse();
        assertThat(hosts.report(1, 1).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_PREPARED);
        hosts.create(1, 1);
        hosts.put(1, "a", "1");
    }

    @Test
    void setsAsideADirectoryNobodyKnows() throws IOException {
        hosts.startAll(1);
        hosts.create(1, 1);
        hosts.stop(1);
        String stranger = new UUID(5, 5).toString();
        Files.createDirectories(hosts.data(1).resolve("raft").resolve(stranger).resolve("current"));

        hosts.start(1);
        assertThat(hosts.data(1).resolve("raft").resolve(stranger)).doesNotExist();
        assertThat(hosts.data(1).resolve("quarantine").resolve(stranger)).exists();
        hosts.put(1, "a", "1");
    }

    @Test
    void refusesToStartWithoutItsLedger() throws IOException {
        hosts.startAll(1);
        hosts.create(1, 1);
        hosts.stop(1);
        Files.delete(hosts.data(1).resolve("ledger"));
        assertThatThrownBy(() -> hosts.start(1))
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_UNREADABLE));
    }

    @Test
    void namesThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            hosts.usePort(1, taken.getLocalPort());
            assertThatThrownBy(() -> hosts.start(1))
                    .isInstanceOfSatisfying(
                            RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE))
                    .hasMessageContaining(":" + taken.getLocalPort());
        }
    }

    @Test
    void letsIdleSessionsExpireThroughTheLog() {
        MemoryEngines engines = new MemoryEngines();
        hosts.engines = engines;
        hosts.startAll(1);
        ShardReplica leader = hosts.create(1, 1);
        long before = leader.reader().appliedIndex();
        engines.idle = List.of(4L, 5L);
        await("the expiry", () -> engines.idle.isEmpty());
        assertThat(leader.reader().appliedIndex()).isGreaterThan(before);
    }

    @Test
    void continuesTheShardsTimeAfterARestart() {
        hosts.startAll(1);
        ShardReplica leader = hosts.create(1, 1);
        await("time to pass", () -> leader.shardTimeMillis() >= 300);
        get(leader.submit(hosts.entry(1, "a", "1", leader.shardTimeMillis())));
        hosts.stop(1);
        hosts.start(1);
        assertThat(hosts.awaitLeader(1).shardTimeMillis()).isGreaterThanOrEqualTo(300);
    }

    @Test
    void tellsWhoWaitsForAnIndexThatItCloses() {
        hosts.startAll(1);
        ShardReplica replica = hosts.create(1, 1);
        List<String> ran = new CopyOnWriteArrayList<>();
        long next = replica.reader().appliedIndex() + 1;
        replica.whenApplied(next, () -> ran.add("applied"), () -> ran.add("closed"));
        replica.whenApplied(next + 1_000, () -> ran.add("too early"), () -> ran.add("closed far"));
        get(replica.submit(hosts.entry(1, "a", "1")));
        await("the first", () -> ran.equals(List.of("applied")));
        hosts.stop(1);
        assertThat(ran).containsExactly("applied", "closed far");
        replica.whenApplied(next + 1_000, () -> ran.add("applied"), () -> ran.add("closed after"));
        assertThat(ran).containsExactly("applied", "closed far", "closed after");
        assertThat(failureOf(replica.submit(hosts.entry(1, "b", "2"))).notProposed())
                .isTrue();
    }

    @Test
    void stepsDownWhenAskedTo() {
        hosts.startAll(3);
        ShardReplica leader = hosts.create(1, 1, 2, 3);
        long term = leader.division().term();
        leader.stepDown("test");
        await("another term", () -> hosts.awaitLeader(1).division().term() > term);
        ServerId hint = hosts.awaitLeader(1).division().leaderHint();
        assertThat(hint).isNotNull();
    }
}
