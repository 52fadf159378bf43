package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ConfirmDown;
import io.ringkv.rpc.HistoryEvent;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RecoverShard;
import io.ringkv.rpc.RecoveryQuestion;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.RingHistoryQuestion;
import io.ringkv.rpc.ShardRecovery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A shard that lost two of its three replicas for good goes on from the third, keeps what that one had, and is never served
 * again by what is left of its former life.
 */
final class RecoverShardIT {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final int KEYS = 200;

    @Test
    void goesOnFromTheSurvivorAndCleansTheFormerReplicasThatReturn() throws Exception {
        EmbeddedClusterOptions options = new EmbeddedClusterOptions(3, 1, 1, 3, null, Duration.ofSeconds(4), 300, 600);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            RingKvClient client = cluster.client();
            BlockingRingKvClient blocking = client.blocking();
            IntStream.range(0, KEYS).forEach(i -> blocking.put(key(i), Bytes.utf8("before " + i)));
            awaitAppliedEverywhere(cluster);
            assertThatThrownBy(() -> recover(client, true)).hasMessageContaining("not known to be gone");

            cluster.kill("s1");
            cluster.kill("s2");
            confirmDown(client, "s1");
            confirmDown(client, "s2");
            ShardRecovery plan = plan(client);
            assertThat(plan.getSurvivor()).isEqualTo("s3");
            assertThat(plan.getLossesList()).anyMatch(loss -> loss.contains("(s1, s2)") || loss.contains("(s2, s1)"));
            assertThatThrownBy(() -> recover(client, false)).hasMessageContaining("--accept-loss");
            recover(client, true);

            EmbeddedCluster.await(
                    WAIT, () -> writes(blocking, "after"), () -> "the shard is written to again: " + reports(cluster));
            IntStream.range(0, KEYS)
                    .forEach(i -> assertThat(blocking.get(key(i)).value()).contains(Bytes.utf8("before " + i)));
            assertThat(history(client)).anyMatch(text -> text.startsWith("shard 1 recovered with loss from s3"));

            // The one comes back with what it had, the other one's disk is gone: a new server takes its place.
            cluster.restart("s2");
            cluster.restart("s4");
            EmbeddedCluster.await(
                    WAIT,
                    () -> members(cluster).size() == 3 && isOneState(members(cluster)),
                    () -> "three equal replicas: " + reports(cluster));
            assertThat(members(cluster)).allMatch(report -> report.getIncarnation() == 2);
            assertThat(cluster.server("s2").replicas().reports())
                    .filteredOn(report -> report.getIncarnation() == 1)
                    .allMatch(report -> report.getLifeCycle().equals("ABSENT"));
            assertThat(blocking.get(Bytes.utf8("after")).value()).contains(Bytes.utf8("after"));
        }
    }

    private static Bytes key(int number) {
        return Bytes.utf8("key " + number);
    }

    private static boolean writes(BlockingRingKvClient client, String text) {
        try {
            client.put(Bytes.utf8(text), Bytes.utf8(text));
            return true;
        } catch (RingKvException e) {
            return false;
        }
    }

    /** What of the present incarnation takes part, on all servers. */
    private static List<ReplicaReport> members(EmbeddedCluster cluster) {
        return reports(cluster).stream()
                .filter(report ->
                        report.getIncarnation() == 2 && report.getLifeCycle().equals("RUNNING"))
                .toList();
    }

    private static boolean isOneState(List<ReplicaReport> replicas) {
        return replicas.stream().map(ReplicaReport::getStateDigest).distinct().count() == 1
                && replicas.stream().allMatch(replica -> replica.getVotersCount() == replicas.size());
    }

    private static List<ReplicaReport> reports(EmbeddedCluster cluster) {
        return cluster.runningServers().stream()
                .flatMap(server -> cluster.server(server).replicas().reports().stream())
                .toList();
    }

    private static void awaitAppliedEverywhere(EmbeddedCluster cluster) {
        EmbeddedCluster.await(
                WAIT,
                () -> reports(cluster).stream()
                                .map(ReplicaReport::getAppliedIndex)
                                .distinct()
                                .count()
                        == 1,
                () -> "all replicas have applied the same: " + reports(cluster));
    }

    /** Refused until the manager has noticed that the server is silent. */
    private static void confirmDown(RingKvClient client, String server) {
        ChangeRequest request = ChangeRequest.newBuilder()
                .setConfirmDown(ConfirmDown.newBuilder().setServer(server))
                .build();
        EmbeddedCluster.await(WAIT, () -> change(client, request), () -> server + " is held to be down");
    }

    private static boolean change(RingKvClient client, ChangeRequest request) {
        try {
            client.admin().change(request, WAIT).join();
            return true;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RingKvException refusal && refusal.code() == ErrorCode.SAFETY_REFUSED) {
                return false;
            }
            throw e;
        }
    }

    private static void recover(RingKvClient client, boolean acceptLoss) {
        client.admin()
                .change(
                        ChangeRequest.newBuilder()
                                .setRecoverShard(
                                        RecoverShard.newBuilder().setShard(1).setAcceptLoss(acceptLoss))
                                .build(),
                        WAIT)
                .join();
    }

    private static ShardRecovery plan(RingKvClient client) {
        Question question = Question.newBuilder()
                .setRecovery(RecoveryQuestion.getDefaultInstance())
                .build();
        return client.admin().ask(question, WAIT).join().getRecovery().getShards(0);
    }

    private static List<String> history(RingKvClient client) {
        Question question = Question.newBuilder()
                .setRingHistory(RingHistoryQuestion.getDefaultInstance())
                .build();
        return client.admin().ask(question, WAIT).join().getRingHistory().getEventsList().stream()
                .map(HistoryEvent::getText)
                .toList();
    }
}
