package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file of one server is damaged while that is stopped. Afterwards everything that was acknowledged is read as it was
 * written, and all replicas are equal again by themselves; or the server refuses to start and names what is wrong.
 */
final class CorruptionIT {
    private static final Duration WAIT = Duration.ofSeconds(90);
    private static final int SEEDS = Integer.getInteger("ringkv.corruptions", 200);
    private static final int KEYS = 60;

    @TempDir
    private Path directory;

    /** Kinds of files, by where they lie in the data directory of a server. */
    private enum Kind {
        CLOSED_LOG("raft/[^/]+/current/log_\\d+-\\d+"),
        OPEN_LOG("raft/[^/]+/current/log_inprogress_\\d+"),
        TERM_AND_VOTE("raft/[^/]+/current/raft-meta"),
        CONFIGURATION("raft/[^/]+/current/raft-meta.conf"),
        SNAPSHOT("raft/[^/]+/sm/snapshot\\.\\d+_\\d+"),
        STORE("store/[^/]+/engine/store-.*"),
        CLEAN_MARKER("store/[^/]+/engine/clean"),
        LEDGER("ledger"),
        IDENTITY("identity.*"),
        SHARD_MAP("shard-map");

        private final Pattern path;

        Kind(String path) {
            this.path = Pattern.compile(path);
        }

        List<Path> filesIn(Path data) throws IOException {
            try (Stream<Path> files = Files.walk(data)) {
                return files.filter(Files::isRegularFile)
                        .filter(file -> path.matcher(
                                        data.relativize(file).toString().replace('\\', '/'))
                                .matches())
                        .sorted(Comparator.naturalOrder())
                        .toList();
            }
        }
    }

    private enum Damage {
        FLIP,
        TRUNCATION,
        DELETION
    }

    /** A cross-section, another one each time. */
    @Test
    void mendsOrRefusesDamageToAnyFile() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<Kind> kinds = new ArrayList<>(Arrays.asList(Kind.values()));
        while (kinds.size() > 4) {
            kinds.remove(random.nextInt(kinds.size()));
        }
        run(kinds, 1, seed);
    }

    @Test
    @Tag("soak")
    void mendsOrRefusesHundredsOfDamages() throws IOException {
        run(List.of(Kind.values()), SEEDS / Kind.values().length, System.nanoTime());
    }

    private void run(List<Kind> kinds, int rounds, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        EmbeddedClusterOptions options = EmbeddedClusterOptions.ofServers(3)
                .withManagers(1)
                .withShards(1)
                .withDirectory(directory)
                .withServerSetting("snapshot.entries", "100");
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            BlockingRingKvClient client = cluster.client().blocking();
            int written = 0;
            for (int round = 0; round < rounds; round++) {
                for (Kind kind : kinds) {
                    String what = kind + ", seed " + seed + ", round " + round;
                    for (int i = 0; i < KEYS; i++, written++) {
                        client.put(key(written), value(written));
                    }
                    damageOne(cluster, kind, random, what);
                    awaitEqual(cluster, what);
                    for (int i = 0; i < written; i++) {
                        assertThat(client.get(key(i)).value())
                                .as("%s, key %d", what, i)
                                .contains(value(i));
                    }
                }
            }
        }
    }

    private void damageOne(EmbeddedCluster cluster, Kind kind, SplittableRandom random, String what)
            throws IOException {
        String server = "s" + (1 + random.nextInt(3));
        // In good order: then the ledger knows how far the log went. After a kill it knows that only roughly.
        cluster.stop(server);
        List<Path> files = kind.filesIn(directory.resolve(server));
        byte[] before = new byte[0];
        Path file = null;
        if (!files.isEmpty()) {
            file = files.get(random.nextInt(files.size()));
            before = Files.readAllBytes(file);
            damage(file, before, Damage.values()[random.nextInt(Damage.values().length)], random);
        }
        try {
            cluster.restart(server);
        } catch (RingKvException refusal) {
            assertThat(refusal.code().name()).as(what).startsWith("DATA_DIRECTORY_");
            assertThat(refusal)
                    .as(what)
                    .hasMessageContaining(directory.resolve(server).toString());
            Files.write(java.util.Objects.requireNonNull(file, "damaged file"), before);
            cluster.restart(server);
        }
    }

    private static void damage(Path file, byte[] bytes, Damage damage, SplittableRandom random) throws IOException {
        switch (damage) {
            case FLIP -> {
                byte[] changed = bytes.clone();
                if (changed.length > 0) {
                    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                }
                Files.write(file, changed);
            }
            case TRUNCATION -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            case DELETION -> Files.delete(file);
        }
    }

    private static void awaitEqual(EmbeddedCluster cluster, String what) {
        EmbeddedCluster.await(
                WAIT,
                () -> {
                    List<ReplicaReport> replicas = replicas(cluster);
                    return replicas.size() == 3
                            && replicas.stream().allMatch(each -> each.getVotersCount() == 3)
                            && replicas.stream()
                                            .map(ReplicaReport::getStateDigest)
                                            .distinct()
                                            .count()
                                    == 1;
                },
                () -> "three equal replicas; " + what + ": " + replicas(cluster));
    }

    private static List<ReplicaReport> replicas(EmbeddedCluster cluster) {
        return cluster.runningServers().stream()
                .flatMap(server -> cluster.server(server).replicas().reports().stream())
                .filter(report -> report.getLedgerState() == LedgerState.LEDGER_STATE_MEMBER
                        && report.getLifeCycle().equals("RUNNING")
                        && report.getFailure().isEmpty())
                .toList();
    }

    private static Bytes key(int number) {
        return Bytes.utf8("key " + number);
    }

    private static Bytes value(int number) {
        return Bytes.utf8("value of " + number);
    }
}
