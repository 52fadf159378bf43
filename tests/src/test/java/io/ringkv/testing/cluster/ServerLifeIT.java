package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.HistoryEvent;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RemoveServer;
import io.ringkv.rpc.RingHistoryQuestion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Operators ask any server; a server that was removed is told so, at once and ever after. */
final class ServerLifeIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void aServerThatWasRemovedStopsAndIsNotTakenBack() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(3)) {
            assertThatThrownBy(() -> change(cluster.client(), drain("s1")))
                    .hasMessageContaining("2 usable servers for a replication factor of 3");
            cluster.restart("s4");
            EmbeddedCluster.await(
                    TIMEOUT,
                    () -> change(cluster.client(), drain("s4")).getRingEpoch() > 0,
                    () -> "the fourth server is known");

            ChangeReply removed = change(cluster.client(), remove("s4"));

            assertThat(removed.getChanged()).isTrue();
            assertThat(change(cluster.client(), remove("s4")).getChanged()).isFalse();
            assertStopsAsRemoved(cluster);
            assertThat(history(cluster.client())).contains("server s4 is to be emptied", "server s4 removed for ever");
            cluster.stop("s4");
            cluster.restart("s4");
            assertStopsAsRemoved(cluster);
        }
    }

    private static void assertStopsAsRemoved(EmbeddedCluster cluster) throws Exception {
        RingKvException failure = cluster.server("s4").failure().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_REMOVED);
        assertThat(failure.code().exitCode().value()).isEqualTo(79);
        assertThat(failure).hasMessageContaining("was removed");
    }

    private static ChangeReply change(RingKvClient client, ChangeRequest request) {
        try {
            return client.admin().change(request, TIMEOUT).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RingKvException refusal && refusal.code() == ErrorCode.SERVER_NOT_FOUND) {
                return ChangeReply.getDefaultInstance();
            }
            throw e;
        }
    }

    private static List<String> history(RingKvClient client) {
        Question question = Question.newBuilder()
                .setRingHistory(RingHistoryQuestion.getDefaultInstance())
                .build();
        return client.admin().ask(question, TIMEOUT).join().getRingHistory().getEventsList().stream()
                .map(HistoryEvent::getText)
                .toList();
    }

    private static ChangeRequest drain(String server) {
        return ChangeRequest.newBuilder()
                .setDrainServer(DrainServer.newBuilder().setServer(server).setOn(true))
                .build();
    }

    private static ChangeRequest remove(String server) {
        return ChangeRequest.newBuilder()
                .setRemoveServer(RemoveServer.newBuilder().setServer(server))
                .build();
    }
}
