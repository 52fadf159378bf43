package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.ReadOptions;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A server comes back and lacks what was written meanwhile: what the status says of it until it has caught up, and after. */
final class CatchUpIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int SHARDS = 2;

    @Test
    void statusCountsAReplicaOnlyOnceItHasWhatItMissed() {
        try (EmbeddedCluster cluster =
                EmbeddedCluster.start(EmbeddedClusterOptions.ofServers(3).withShards(SHARDS))) {
            BlockingRingKvClient client = cluster.client().blocking();
            cluster.kill("s1");
            Bytes value = Bytes.wrap(new byte[50_000]);
            for (int i = 0; i < 200; i++) {
                client.put(Bytes.utf8("key " + i), value);
            }
            Map<Integer, Long> missed = committed(cluster);
            assertThat(missed).hasSize(SHARDS);
            EmbeddedCluster.await(
                    TIMEOUT,
                    () -> status(cluster).getShardsList().stream().noneMatch(shard -> shard.getHealthyReplicas() == 3),
                    () -> "the silence of s1 is noticed");

            cluster.restart("s1");
            EmbeddedCluster.await(
                    TIMEOUT, () -> isReady(cluster, missed), () -> "every shard has three replicas again");

            ClusterStatus status = status(cluster);
            assertThat(status.getServersList())
                    .hasSize(3)
                    .allMatch(server -> server.getReplicas() == SHARDS)
                    .allMatch(ServerStatus::hasHeartbeatAgeMillis);
            assertThat(status.getServersList().stream()
                            .mapToInt(ServerStatus::getLeaders)
                            .sum())
                    .isEqualTo(SHARDS);
        }
    }

    /** Whether all replicas count; checks that none counts too early. */
    private static boolean isReady(EmbeddedCluster cluster, Map<Integer, Long> missed) {
        int counted = 0;
        for (ShardStatus shard : status(cluster).getShardsList()) {
            if (shard.getHealthyReplicas() == 3) {
                counted++;
                int number = shard.getRecord().getShard();
                assertThat(applied(cluster).get(number))
                        .as("what s1 has of shard %d when it counts", number)
                        .isGreaterThanOrEqualTo(missed.get(number));
            }
        }
        return counted == SHARDS;
    }

    private static ClusterStatus status(EmbeddedCluster cluster) {
        return cluster.client().blocking().status(ReadOptions.defaults().withTimeout(TIMEOUT));
    }

    /** What s2 knows as committed, by shard. */
    private static Map<Integer, Long> committed(EmbeddedCluster cluster) {
        Map<Integer, Long> committed = new TreeMap<>();
        for (ReplicaReport report : cluster.server("s2").replicas().reports()) {
            committed.put(report.getShard(), report.getCommitIndex());
        }
        return committed;
    }

    private static Map<Integer, Long> applied(EmbeddedCluster cluster) {
        Map<Integer, Long> applied = new TreeMap<>();
        for (ReplicaReport report : cluster.server("s1").replicas().reports()) {
            applied.put(report.getShard(), report.getAppliedIndex());
        }
        return applied;
    }
}
