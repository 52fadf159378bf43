package io.ringkv.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ringkv.client.Bytes;
import io.ringkv.client.DeleteResult;
import io.ringkv.client.KeyValue;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.Scan;
import io.ringkv.client.ScanRequest;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.testing.cluster.EmbeddedCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients see of faults of real processes: nothing but time. One cluster serves all these tests; each leaves it whole.
 *
 * <p>Feared: a call that fails although its time limit was not over; a write that was acknowledged and is lost, or done
 * twice; a read that misses what was acknowledged before it began.
 */
final class FaultsIT {
    private static final ShardId SHARD = new ShardId(1);
    private static final int ROUNDS = 100;
    private static final long LOG_BYTES_MAX = 200_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path root;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static ClusterProcesses cluster;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RingKvClient client;

    @BeforeAll
    static void startCluster() {
        cluster = ClusterProcesses.start(root);
        client = cluster.newClient();
    }

    @AfterAll
    static void endCluster() {
        if (client != null) {
            client.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void awaitReady() {
        ClusterProcesses.awaitReady(client);
    }

    @Test
    void aKilledLeaderIsMissedByNobody() throws Exception {
        try (ShardLoad load = ShardLoad.start(client, SHARD, "kill")) {
            awaitRounds(load);
            String leader = leader().label();
            cluster.kill(leader);
            awaitRounds(load);
            cluster.start(leader);
            ClusterProcesses.awaitReady(client);
            awaitRounds(load);
            load.finish();
            report("the leader was killed", load);
        }
    }

    @Test
    void aLeaderThatStopsInGoodOrderIsMissedByNobody() throws Exception {
        try (ShardLoad load = ShardLoad.start(client, SHARD, "stop")) {
            awaitRounds(load);
            String leader = leader().label();
            cluster.stop(leader);
            assertThat(cluster.log(leader)).contains("stopping in good order", "event=server-stopped");
            awaitRounds(load);
            cluster.start(leader);
            ClusterProcesses.awaitReady(client);
            load.finish();
            report("the leader stopped in good order", load);
        }
    }

    @Test
    void aFrozenLeaderThatWakesUpServesNoStaleRead() throws Exception {
        freezeLeader("freeze", Duration.ofSeconds(5));
    }

    @Test
    @Tag("soak")
    void aLeaderThatWasFrozenForLongServesNoStaleRead() throws Exception {
        freezeLeader("long-freeze", Duration.ofSeconds(10));
    }

    private static void freezeLeader(String name, Duration time) throws Exception {
        ServerRecord leader = leader();
        ShardRecord shard = Objects.requireNonNull(client.blocking().shardMap().shard(SHARD));
        try (ShardLoad load = ShardLoad.start(client, SHARD, name);
                DirectReads reads = readsAt(leader, shard, load, Consistency.CONSISTENCY_LINEARIZABLE);
                DirectReads staleReads = readsAt(leader, shard, load, Consistency.CONSISTENCY_STALE)) {
            awaitRounds(load);
            await("reads at the leader", () -> reads.values() > 0 && staleReads.values() > 0);
            cluster.pause(leader.label());
            try {
                long endNanos = System.nanoTime() + time.toNanos();
                awaitRounds(load);
                await("the end of the pause", () -> System.nanoTime() - endNanos > 0 || load.hasFailed());
            } finally {
                cluster.resume(leader.label());
            }
            long before = reads.replies();
            await("replies of the leader that woke up", () -> reads.replies() > before + 10 * ROUNDS);
            awaitRounds(load);
            load.finish();

            assertThat(reads.violations()).isEmpty();
            assertThat(staleReads.violations()).isEmpty();
            report(
                    "the leader was frozen for " + time.toSeconds() + " s (" + reads.values()
                            + " linearizable reads at it, " + staleReads.values() + " stale ones of which "
                            + staleReads.oldValues() + " were old)",
                    load);
        }
    }

    @Test
    void whatAnImportAcknowledgedSurvivesTheKillOfEveryProcess() throws Exception {
        Path input = root.resolve("generated.jsonl");
        Records.generate(input, 4_000, 1);
        killDuringImport(input);
    }

    @Test
    @Tag("soak")
    void realDataSurvivesTheKillOfEveryProcess() throws Exception {
        Path input = root.resolve("packages.jsonl");
        try (CommandRun run = CommandRun.start(root, Map.of(), List.of("../scripts/sample-data"))) {
            assumeThat(run.exitCode()).as(run.err()).isZero();
            Files.writeString(input, run.out());
        }
        killDuringImport(input);
    }

    private static void killDuringImport(Path input) throws Exception {
        Map<Bytes, Bytes> records = Records.read(input);
        deleteEverything();
        KilledImport killed = new KilledImport(cluster, input);
        int acknowledged = killed.run(records.size());
        cluster.up();

        Map<Bytes, Bytes> stored = stored();
        assertThat(stored.size()).isBetween(acknowledged, records.size() - 1);
        assertThat(records.entrySet()).containsAll(stored.entrySet());
        assertThat(stored.keySet())
                .containsAll(records.keySet().stream().limit(acknowledged).toList());

        String digest = killed.complete(records.size(), acknowledged);
        assertThat(stored()).isEqualTo(records);
        cluster.kill("all");
        cluster.up();
        assertThat(killed.exported(records.size())).isEqualTo(digest);
    }

    private static void deleteEverything() {
        List<CompletableFuture<DeleteResult>> deleted =
                stored().keySet().stream().map(client::delete).toList();
        deleted.forEach(CompletableFuture::join);
    }

    private static Map<Bytes, Bytes> stored() {
        Map<Bytes, Bytes> stored = new HashMap<>();
        try (Scan scan = client.blocking().scan(ScanRequest.all())) {
            while (scan.hasNext()) {
                KeyValue entry = scan.next();
                stored.put(entry.key(), entry.value());
            }
        }
        return stored;
    }

    @Test
    void randomBytesOnEveryPortDisturbNobody() throws Exception {
        sendRandomBytes("bytes", Duration.ofSeconds(8));
    }

    @Test
    @Tag("soak")
    void aMinuteOfRandomBytesOnEveryPortDisturbsNobody() throws Exception {
        sendRandomBytes("minute-of-bytes", Duration.ofMinutes(1));
    }

    private static void sendRandomBytes(String name, Duration time) throws Exception {
        long seed = 7;
        long logBytes = cluster.logBytes();
        try (ShardLoad load = ShardLoad.start(client, SHARD, name);
                RandomBytes bytes = RandomBytes.start(seed, cluster.portsOfFirst())) {
            long endNanos = System.nanoTime() + time.toNanos();
            EmbeddedCluster.await(
                    time.plus(ClusterProcesses.PATIENCE),
                    () -> System.nanoTime() - endNanos > 0 || load.hasFailed(),
                    () -> "the end");
            awaitRounds(load);
            load.finish();
            List<Long> connections = bytes.finish();
            assertThat(connections).as("seed %d", seed).allMatch(taken -> taken > 1);
            assertThat(cluster.logBytes() - logBytes).as("bytes logged").isLessThan(LOG_BYTES_MAX);
            report("random bytes over " + connections + " connections", load);
        }
    }

    @Test
    void theCommandLineTellsTheAgeOfAStaleRead() {
        client.blocking().put(Bytes.utf8("age"), Bytes.utf8("value"));
        await("an age", () -> {
            try (CommandRun run = cluster.ringkv("get", "age", "--consistency", "stale")) {
                return run.exitCode() == 0
                        && run.out().startsWith("value")
                        && run.err().contains("stale read: at most ");
            }
        });
    }

    private static DirectReads readsAt(
            ServerRecord server, ShardRecord shard, ShardLoad load, Consistency consistency) {
        return DirectReads.start(server, shard, load.counter(), consistency, load.counted());
    }

    /** Waits until the counter has been incremented some more times. */
    private static void awaitRounds(ShardLoad load) {
        long enough = load.counted().value() + ROUNDS;
        await("increments", () -> load.counted().value() >= enough || load.hasFailed());
    }

    private static void await(String what, BooleanSupplier condition) {
        EmbeddedCluster.await(ClusterProcesses.PATIENCE, condition, () -> what);
    }

    /** The server that leads the shard, as the manager knows it. */
    private static ServerRecord leader() {
        long leader = client.blocking().status().getShardsList().stream()
                .filter(shard -> shard.getRecord().getShard() == SHARD.value())
                .mapToLong(ShardStatus::getLeader)
                .findFirst()
                .orElseThrow();
        ShardMap map = client.blocking().shardMap();
        return Objects.requireNonNull(map.server(new ServerId(leader)), "leader");
    }

    private static void report(String what, ShardLoad load) {
        System.out.printf(
                "%s: longest time without an increment %d ms, %d increments%n",
                what, load.counted().longestGapMillis(), load.counted().value());
    }
}
