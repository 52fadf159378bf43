package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.rpc.ReplicaReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store of a leader is damaged on disk while it serves: nobody is given anything wrong, and the replica is made anew. */
final class DamagedStoreIT {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final int KEYS = 3_000;

    @TempDir
    private Path directory;

    @Test
    void servesNothingDamagedAndMendsItself() throws IOException {
        EmbeddedClusterOptions options = EmbeddedClusterOptions.ofServers(3)
                .withManagers(1)
                .withShards(1)
                .withDirectory(directory);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            BlockingRingKvClient client = cluster.client().blocking();
            IntStream.range(0, KEYS).forEach(i -> client.put(key(i), value(i)));
            String leader = cluster.runningServers().stream()
                    .filter(server -> replica(cluster, server).getLeaderReady())
                    .findFirst()
                    .orElseThrow();

            damage(directory.resolve(leader), new Random(7));

            for (int i = 0; i < KEYS; i++) {
                assertThat(client.get(key(i)).value()).as("key %d", i).contains(value(i));
            }
            client.put(key(KEYS), value(KEYS));
            EmbeddedCluster.await(
                    WAIT,
                    () -> {
                        List<ReplicaReport> replicas = cluster.runningServers().stream()
                                .map(server -> replica(cluster, server))
                                .toList();
                        return replicas.stream()
                                                .map(ReplicaReport::getStateDigest)
                                                .distinct()
                                                .count()
                                        == 1
                                && replicas.stream()
                                        .allMatch(each -> each.getFailure().isEmpty());
                    },
                    () -> "three equal replicas");
        }
    }

    private static ReplicaReport replica(EmbeddedCluster cluster, String server) {
        return cluster.server(server).replicas().reports().get(0);
    }

    /** Many bytes of the file, all over what is in use of it. */
    private static void damage(Path server, Random random) throws IOException {
        Path store;
        try (Stream<Path> files = Files.walk(server.resolve("store"))) {
            store = files.filter(file -> String.valueOf(file.getFileName()).startsWith("store-"))
                    .findFirst()
                    .orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(store, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int i = 0; i < 500; i++) {
                ByteBuffer one = ByteBuffer.allocate(1);
                long at = (1L << 20) + random.nextInt(1 << 20);
                if (channel.read(one, at) == 1) {
                    channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ (1 << random.nextInt(8)))}), at);
                }
            }
        }
    }

    private static Bytes key(int number) {
        return Bytes.utf8("key " + number);
    }

    private static Bytes value(int number) {
        return Bytes.utf8("value " + number * 7L + " ".repeat(100));
    }
}
