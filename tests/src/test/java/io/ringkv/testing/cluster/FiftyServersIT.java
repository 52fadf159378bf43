package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.ReadOptions;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.HistoryEvent;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.Replica;
import io.ringkv.rpc.RingHistoryQuestion;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Fifty servers: placed at once and evenly; three die at the same time, and nothing is lost or left unrepaired. */
final class FiftyServersIT {
    private static final int SERVERS = 50;
    private static final int SHARDS = 50;
    private static final int REPLICAS = 3;
    private static final Duration DOWN_AFTER = Duration.ofSeconds(6);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    @Test
    void arePlacedAtOnceAndRepairedAfterThreeDeaths() throws Exception {
        EmbeddedClusterOptions options =
                new EmbeddedClusterOptions(SERVERS, 1, SHARDS, REPLICAS, null, DOWN_AFTER, 1_000, 2_000);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            ClusterStatus first = status(cluster);
            assertThat(first.getServersList())
                    .allSatisfy(server -> assertThat(server.getReplicas()).isEqualTo(SHARDS * REPLICAS / SERVERS));
            assertThat(history(cluster))
                    .filteredOn(event -> event.contains("shards placed"))
                    .containsExactly(SHARDS + " shards placed");
            BlockingRingKvClient client = cluster.client().blocking();
            for (int key = 0; key < SHARDS; key++) {
                client.put(Bytes.utf8("key " + key), Bytes.utf8("value " + key));
            }

            List<ServerStatus> dying = withoutCommonShards(first, 3);
            dying.forEach(server -> cluster.kill(server.getServer().getLabel()));
            Set<Long> dead = dying.stream()
                    .map(server -> server.getServer().getServerId())
                    .collect(Collectors.toSet());
            await(cluster, "all shards have three replicas on living servers", status -> isRepaired(status, dead));

            for (int key = 0; key < SHARDS; key++) {
                assertThat(client.get(Bytes.utf8("key " + key)).value()).contains(Bytes.utf8("value " + key));
            }
            LongSummaryStatistics replicas = status(cluster).getServersList().stream()
                    .filter(server -> !dead.contains(server.getServer().getServerId()))
                    .mapToLong(ServerStatus::getReplicas)
                    .summaryStatistics();
            assertThat(replicas.getMax() - replicas.getMin())
                    .as(replicas.toString())
                    .isLessThanOrEqualTo(1);
        }
    }

    private static boolean isRepaired(ClusterStatus status, Set<Long> dead) {
        return status.getShardsList().stream()
                .allMatch(shard -> shard.getLeader() != 0
                        && shard.getHealthyReplicas() == REPLICAS
                        && shard.getRecord().getReplicasList().stream()
                                .noneMatch(replica -> dead.contains(replica.getServerId())));
    }

    /** No shard may lose its majority by the test itself. */
    private static List<ServerStatus> withoutCommonShards(ClusterStatus status, int count) {
        List<ServerStatus> chosen = new ArrayList<>();
        Set<Integer> shards = new HashSet<>();
        for (ServerStatus server : status.getServersList()) {
            Set<Integer> own = status.getShardsList().stream()
                    .map(ShardStatus::getRecord)
                    .filter(shard -> shard.getReplicasList().stream()
                            .map(Replica::getServerId)
                            .anyMatch(id -> id == server.getServer().getServerId()))
                    .map(shard -> shard.getShard())
                    .collect(Collectors.toSet());
            if (chosen.size() < count && own.stream().noneMatch(shards::contains)) {
                chosen.add(server);
                shards.addAll(own);
            }
        }
        assertThat(chosen).hasSize(count);
        return chosen;
    }

    private static List<String> history(EmbeddedCluster cluster) throws Exception {
        Question question = Question.newBuilder()
                .setRingHistory(RingHistoryQuestion.getDefaultInstance())
                .build();
        return cluster.client().admin().ask(question, TIMEOUT).get().getRingHistory().getEventsList().stream()
                .map(HistoryEvent::getText)
                .toList();
    }

    private static ClusterStatus status(EmbeddedCluster cluster) {
        return cluster.client().blocking().status(ReadOptions.defaults().withTimeout(Duration.ofSeconds(2)));
    }

    private static void await(EmbeddedCluster cluster, String what, Predicate<ClusterStatus> condition) {
        ClusterStatus[] last = {ClusterStatus.getDefaultInstance()};
        EmbeddedCluster.await(
                TIMEOUT,
                () -> {
                    try {
                        last[0] = status(cluster);
                        return last[0].getComplete() && condition.test(last[0]);
                    } catch (RingKvException e) {
                        return false;
                    }
                },
                () -> what + "; last seen: " + last[0]);
    }
}
