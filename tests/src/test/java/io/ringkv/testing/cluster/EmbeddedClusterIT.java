package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.Expectation;
import io.ringkv.client.KeyValue;
import io.ringkv.client.Scan;
import io.ringkv.client.ScanRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole thing, end to end: managers, servers, client. */
final class EmbeddedClusterIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void writesAndReadsOverAllShards() {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(3)) {
            BlockingRingKvClient client = cluster.client().blocking();
            for (int i = 0; i < 200; i++) {
                client.put(key(i), Bytes.utf8("value " + i));
            }

            for (int i = 0; i < 200; i++) {
                assertThat(client.get(key(i)).value()).contains(Bytes.utf8("value " + i));
            }
            assertThat(client.increment(Bytes.utf8("n"), 5).value()).isEqualTo(5);
            assertThat(client.compareAndSet(key(1), Expectation.absent(), key(2))
                            .applied())
                    .isFalse();
            assertThat(client.delete(key(0)).existed()).isTrue();
            assertThat(client.get(key(0)).entry()).isEmpty();
            assertThat(scan(client)).hasSize(200).isSorted();
        }
    }

    @Test
    void everythingAcknowledgedIsThereAfterAllWereKilled(@TempDir Path directory) {
        EmbeddedClusterOptions options = EmbeddedClusterOptions.ofServers(3).withDirectory(directory);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            BlockingRingKvClient client = cluster.client().blocking();
            for (int i = 0; i < 100; i++) {
                client.put(key(i), Bytes.utf8("value " + i));
            }
            cluster.runningServers().forEach(cluster::kill);
            cluster.runningManagers().forEach(cluster::kill);
        }

        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            assertThat(scan(cluster.client().blocking())).hasSize(100);
        }
    }

    @Test
    void aKilledServerIsMissedByNobodyAndComesBack() {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(3)) {
            BlockingRingKvClient client = cluster.client().blocking();
            client.increment(Bytes.utf8("n"), 1);

            cluster.kill("s1");
            for (int i = 0; i < 50; i++) {
                client.put(key(i), Bytes.utf8("v"));
                client.increment(Bytes.utf8("n"), 1);
            }
            cluster.restart("s1");
            cluster.awaitReady(TIMEOUT);

            assertThat(client.get(Bytes.utf8("n")).value()).contains(Bytes.utf8("51"));
            assertThat(scan(client)).hasSize(51);
        }
    }

    @Test
    void dataFlowsWithoutAnyManager() {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(3)) {
            BlockingRingKvClient client = cluster.client().blocking();
            client.put(key(1), key(1));

            cluster.runningManagers().forEach(cluster::kill);

            for (int i = 0; i < 20; i++) {
                client.put(key(i), Bytes.utf8("without"));
                assertThat(client.get(key(i)).value()).contains(Bytes.utf8("without"));
            }
        }
    }

    private static Bytes key(int number) {
        return Bytes.utf8(String.format("key%05d", number));
    }

    private static List<Bytes> scan(BlockingRingKvClient client) {
        List<Bytes> keys = new ArrayList<>();
        try (Scan scan = client.scan(ScanRequest.all())) {
            while (scan.hasNext()) {
                KeyValue entry = scan.next();
                keys.add(entry.key());
            }
        }
        return keys;
    }
}
