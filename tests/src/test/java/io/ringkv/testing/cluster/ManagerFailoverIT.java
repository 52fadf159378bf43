package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.ClusterStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The manager that leads is killed: whoever needs a manager finds the next one, and data does not need any. */
final class ManagerFailoverIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void serversAndClientsGoOnWithTheNextLeaderAndDataNoticesNothing() {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(3);
                Traffic traffic = new Traffic(cluster.newClient())) {
            ShardMap before = cluster.client().blocking().shardMap();
            String leader = Objects.requireNonNull(cluster.managerLeader(), "nobody leads");
            traffic.awaitFurther(20);

            cluster.kill(leader);
            traffic.awaitFurther(20);

            EmbeddedCluster.await(TIMEOUT, () -> heardServers(cluster) == 3, () -> "servers report to the next leader");
            cluster.restart("s4");
            EmbeddedCluster.await(
                    TIMEOUT,
                    () -> cluster.runningServers().stream()
                            .allMatch(name -> isNewer(cluster.server(name).shardMap(), before)),
                    () -> "every server hears of the fourth");
            EmbeddedCluster.await(
                    TIMEOUT,
                    () -> isNewer(cluster.client().blocking().shardMap(), before),
                    () -> "the client hears of the fourth server");
            traffic.awaitFurther(20);
        }
    }

    private static boolean isNewer(@Nullable ShardMap map, ShardMap before) {
        return map != null
                && map.ringEpoch() > before.ringEpoch()
                && map.servers().size() == 4;
    }

    /** Servers from which the leading manager has heard; none while nobody leads. */
    private static long heardServers(EmbeddedCluster cluster) {
        ClusterStatus status =
                cluster.client().blocking().status(ReadOptions.defaults().withTimeout(TIMEOUT));
        return status.getComplete()
                ? status.getServersList().stream()
                        .filter(server -> server.hasHeartbeatAgeMillis())
                        .count()
                : 0;
    }

    /** One caller that writes and reads without end, and forgives nothing. */
    private static final class Traffic implements AutoCloseable {
        private static final Bytes COUNTER = Bytes.utf8("counter");

        private final RingKvClient client;
        private final AtomicLong rounds = new AtomicLong();
        private final AtomicBoolean isOver = new AtomicBoolean();
        private final CompletableFuture<Void> end;

        Traffic(RingKvClient client) {
            this.client = client;
            this.end = CompletableFuture.runAsync(this::run);
        }

        private void run() {
            BlockingRingKvClient blocking = client.blocking();
            while (!isOver.get()) {
                long round = rounds.get() + 1;
                Bytes key = Bytes.utf8("key " + round % 50);
                Bytes value = Bytes.utf8("value " + round);
                blocking.put(key, value);
                assertThat(blocking.get(key).value()).contains(value);
                assertThat(blocking.increment(COUNTER, 1).value()).isEqualTo(round);
                rounds.set(round);
            }
        }

        void awaitFurther(int more) {
            long wanted = rounds.get() + more;
            EmbeddedCluster.await(
                    TIMEOUT, () -> rounds.get() >= wanted || end.isDone(), () -> "rounds: " + rounds + " of " + wanted);
            assertThat(end).isNotDone();
        }

        @Override
        public void close() {
            isOver.set(true);
            try {
                end.join();
            } finally {
                client.close();
            }
        }
    }
}
