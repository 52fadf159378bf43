package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A counter that is incremented one by one while servers go and come back: exact in the end, and no call ever fails. */
final class CounterUnderFaultsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Bytes COUNTER = Bytes.utf8("counter");

    @Test
    @Tag("soak") // FaultsIT kills one that leads
    void isExactWhileServersAreKilledInTurn() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(3)) {
            long counted = countWhile(
                    cluster,
                    () -> cluster.runningServers().forEach(name -> {
                        cluster.kill(name);
                        cluster.restart(name);
                        cluster.awaitReady(TIMEOUT);
                    }));

            assertThat(cluster.client().blocking().increment(COUNTER, 0).value())
                    .isEqualTo(counted);
        }
    }

    @Test
    void isExactWhileServersStopInGoodOrderInTurn() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(3)) {
            long counted = countWhile(
                    cluster,
                    () -> cluster.runningServers().forEach(name -> {
                        cluster.stop(name);
                        cluster.restart(name);
                        cluster.awaitReady(TIMEOUT);
                    }));

            assertThat(cluster.client().blocking().increment(COUNTER, 0).value())
                    .isEqualTo(counted);
        }
    }

    /** Increments until the faults are over, and a little longer; returns how often. */
    private static long countWhile(EmbeddedCluster cluster, Runnable faults) throws Exception {
        BlockingRingKvClient client = cluster.client().blocking();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> faulty = CompletableFuture.runAsync(faults).whenComplete((done, e) -> over.set(true));
        long counted = 0;
        long after = 0;
        while (after < 100) {
            client.increment(COUNTER, 1);
            counted++;
            after += over.get() ? 1 : 0;
        }
        faulty.get(60, TimeUnit.SECONDS);
        return counted;
    }
}
