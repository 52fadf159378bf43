package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.Bytes;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.WriteOptions;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever writes to or reads from a shard that lost its majority hears of that, long before his time is over. */
final class LostQuorumIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final Bytes KEY = Bytes.utf8("key");

    @Test
    void saysSoWithoutWaitingForTheDeadlineAndServesAgainWhenAServerReturns() throws Exception {
        EmbeddedClusterOptions options =
                EmbeddedClusterOptions.ofServers(3).withManagers(1).withShards(1);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            RingKvClient client = cluster.client();
            client.blocking().put(KEY, Bytes.utf8("before"));
            cluster.kill("s1");
            cluster.kill("s2");

            // As soon as it is known; before that an election is assumed, and ridden out.
            AtomicReference<@Nullable ErrorCode> said = new AtomicReference<>();
            EmbeddedCluster.await(
                    WAIT,
                    () -> {
                        said.set(codeOf(client.put(KEY, Bytes.utf8("lost"), shortly())));
                        return said.get() == ErrorCode.QUORUM_LOST;
                    },
                    () -> "QUORUM_LOST instead of " + said.get());

            CompletableFuture<?> write =
                    client.put(KEY, Bytes.utf8("never"), WriteOptions.defaults().withTimeout(LONG));
            CompletableFuture<?> read = client.get(KEY, ReadOptions.defaults().withTimeout(LONG));
            assertThat(codeOf(write)).isEqualTo(ErrorCode.QUORUM_LOST);
            assertThat(codeOf(read)).isEqualTo(ErrorCode.QUORUM_LOST);
            try (RingKvClient fresh = cluster.newClient()) {
                assertThat(codeOf(fresh.get(KEY, ReadOptions.defaults().withTimeout(LONG))))
                        .isEqualTo(ErrorCode.QUORUM_LOST);
            }

            cluster.restart("s1");
            EmbeddedCluster.await(
                    WAIT,
                    () -> codeOf(client.put(KEY, Bytes.utf8("after"), shortly())) == ErrorCode.OK,
                    () -> "the shard serves again");
            assertThat(client.blocking().get(KEY).value()).contains(Bytes.utf8("after"));
        }
    }

    private static WriteOptions shortly() {
        return WriteOptions.defaults().withTimeout(Duration.ofSeconds(2));
    }

    private static ErrorCode codeOf(CompletableFuture<?> request) {
        try {
            request.orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join();
            return ErrorCode.OK;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RingKvException refusal) {
                return refusal.code();
            }
            throw e;
        }
    }
}
