package io.ringkv.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.Bytes;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RemoveServer;
import io.ringkv.rpc.ServerStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A server is emptied and removed while clients go on, and the plan made before agrees with what happens. */
final class DrainIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int KEYS = 200;

    @Test
    void anEmptiedServerIsRemovedAndNothingIsLost() {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(4)) {
            RingKvClient client = cluster.client();
            for (int i = 0; i < KEYS; i++) {
                client.blocking().put(Bytes.utf8("key" + i), Bytes.utf8("value" + i));
            }
            DrainServer drain =
                    DrainServer.newBuilder().setServer("s4").setOn(true).build();
            ClusterPlan plan = client.admin()
                    .ask(
                            Question.newBuilder()
                                    .setPlan(PlanQuestion.newBuilder().setDrainServer(drain))
                                    .build(),
                            TIMEOUT)
                    .join()
                    .getPlan();
            long held = replicas(status(client), "s4");
            assertThat(plan.getReplicasCopied()).isEqualTo((int) held);

            client.admin()
                    .change(ChangeRequest.newBuilder().setDrainServer(drain).build(), TIMEOUT)
                    .join();

            EmbeddedCluster.await(
                    TIMEOUT,
                    () -> replicas(status(client), "s4") == 0 && status(client).getOperationsCount() == 0,
                    () -> "left on s4: " + replicas(status(client), "s4") + ", "
                            + status(client).getOperationsList());
            client.admin()
                    .change(
                            ChangeRequest.newBuilder()
                                    .setRemoveServer(RemoveServer.newBuilder().setServer("s4"))
                                    .build(),
                            TIMEOUT)
                    .join();
            for (int i = 0; i < KEYS; i++) {
                assertThat(client.blocking().get(Bytes.utf8("key" + i)).value()).contains(Bytes.utf8("value" + i));
            }
        }
    }

    private static ClusterStatus status(RingKvClient client) {
        return client.blocking().status(ReadOptions.defaults());
    }

    private static long replicas(ClusterStatus status, String label) {
        long id = status.getServersList().stream()
                .map(ServerStatus::getServer)
                .filter(server -> server.getLabel().equals(label))
                .findFirst()
                .orElseThrow()
                .getServerId();
        return status.getShardsList().stream()
                .filter(shard ->
                        shard.getRecord().getReplicasList().stream().anyMatch(replica -> replica.getServerId() == id))
                .count();
    }
}
