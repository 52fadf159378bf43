package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.ReadOptions;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.Replica;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A server joins, one dies, it comes back: the managers see to it, while a client writes and misses nothing. */
final class LookingAfterItselfIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration DOWN_AFTER = Duration.ofSeconds(4);
    private static final int KEYS = 100;

    @Test
    void spreadsToANewServerReplacesADeadOneAndTakesItBackClean() {
        EmbeddedClusterOptions options = new EmbeddedClusterOptions(3, 1, 4, 3, null, DOWN_AFTER, 300, 600);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            BlockingRingKvClient client = cluster.client().blocking();
            for (int i = 0; i < KEYS; i++) {
                client.put(Bytes.utf8("key " + i), Bytes.utf8("value " + i));
            }
            AtomicBoolean goesOn = new AtomicBoolean(true);
            CompletableFuture<Long> counted = CompletableFuture.supplyAsync(() -> count(client, goesOn));

            cluster.restart("s4");
            await(cluster, "all servers hold three replicas", status -> isEven(status, 4));

            cluster.kill("s1");
            await(
                    cluster,
                    "the dead server is replaced",
                    status -> stateOf(status, "s1") == ServerState.SERVER_STATE_DOWN && isEven(status, 3));

            cluster.restart("s1");
            await(
                    cluster,
                    "the server that came back is clean, and filled again",
                    status -> stateOf(status, "s1") == ServerState.SERVER_STATE_ACTIVE && isEven(status, 4));

            goesOn.set(false);
            long increments = counted.join();
            assertThat(client.get(Bytes.utf8("counter")).value()).contains(Bytes.utf8(Long.toString(increments)));
            for (int i = 0; i < KEYS; i++) {
                assertThat(client.get(Bytes.utf8("key " + i)).value()).contains(Bytes.utf8("value " + i));
            }
        }
    }

    /** Every increment is answered, and counts once. */
    private static long count(BlockingRingKvClient client, AtomicBoolean goesOn) {
        long increments = 0;
        while (goesOn.get()) {
            increments++;
            assertThat(client.increment(Bytes.utf8("counter"), 1).value()).isEqualTo(increments);
        }
        return increments;
    }

    /** Twelve replicas, alike on so many servers, all of them well, and nothing else on any that is heard. */
    private static boolean isEven(ClusterStatus status, int servers) {
        Map<Long, Integer> replicas = new HashMap<>();
        for (ShardStatus shard : status.getShardsList()) {
            List<Replica> voters = shard.getRecord().getReplicasList();
            if (shard.getLeader() == 0 || voters.size() != 3 || shard.getHealthyReplicas() != 3) {
                return false;
            }
            voters.forEach(voter -> replicas.merge(voter.getServerId(), 1, Integer::sum));
        }
        for (ServerStatus server : status.getServersList()) {
            int expected = replicas.getOrDefault(server.getServer().getServerId(), 0);
            boolean isHeard = server.getServer().getState() == ServerState.SERVER_STATE_ACTIVE;
            if (isHeard && server.getReplicas() != expected) {
                return false;
            }
        }
        return replicas.size() == servers && replicas.values().stream().allMatch(count -> count == 12 / servers);
    }

    private static ServerState stateOf(ClusterStatus status, String label) {
        return status.getServersList().stream()
                .map(ServerStatus::getServer)
                .filter(server -> server.getLabel().equals(label))
                .map(server -> server.getState())
                .findFirst()
                .orElse(ServerState.SERVER_STATE_UNSPECIFIED);
    }

    private static void await(EmbeddedCluster cluster, String what, Predicate<ClusterStatus> condition) {
        ClusterStatus[] last = {ClusterStatus.getDefaultInstance()};
        EmbeddedCluster.await(
                TIMEOUT,
                () -> {
                    try {
                        last[0] = cluster.client()
                                .blocking()
                                .status(ReadOptions.defaults().withTimeout(Duration.ofSeconds(2)));
                        return last[0].getComplete() && condition.test(last[0]);
                    } catch (RingKvException e) {
                        return false;
                    }
                },
                () -> what + "; last seen: " + last[0]);
    }
}
