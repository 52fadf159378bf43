package io.ringkv.testing.cluster;

import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.ServerSuspicion;
import io.ringkv.rpc.SuspicionQuestion;
import io.ringkv.rpc.Witness;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Servers with next to no shards in common notice each other all the same. */
final class ProbingIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void serversVouchForEachOtherAndAccuseOneThatDied() {
        EmbeddedClusterOptions options = new EmbeddedClusterOptions(3, 1, 1, 1, null, Duration.ofSeconds(30), 300, 600);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            RingKvClient client = cluster.client();
            for (String server : List.of("s1", "s2", "s3")) {
                await(client, server, suspicion -> probing(suspicion.getVouchersList()) == 2);
            }

            cluster.kill("s3");
            await(
                    client,
                    "s3",
                    suspicion ->
                            probing(suspicion.getAccusersList()) == 2 && probing(suspicion.getVouchersList()) == 0);
            // What it said last counts for as long as it counts as heard itself.
            await(client, "s2", suspicion -> names(suspicion.getVouchersList()).equals(Set.of("s1")));

            cluster.restart("s3");
            await(client, "s3", suspicion -> suspicion.getHeard() && probing(suspicion.getVouchersList()) == 2);
        }
    }

    private static long probing(List<Witness> witnesses) {
        return witnesses.stream().filter(Witness::getProbed).count();
    }

    private static Set<String> names(List<Witness> witnesses) {
        return witnesses.stream().map(Witness::getServer).collect(Collectors.toSet());
    }

    private static void await(RingKvClient client, String server, Predicate<ServerSuspicion> condition) {
        EmbeddedCluster.await(
                TIMEOUT,
                () -> {
                    try {
                        return condition.test(suspicionOf(client, server));
                    } catch (CompletionException e) {
                        return false;
                    }
                },
                () -> suspicionOf(client, server).toString());
    }

    private static ServerSuspicion suspicionOf(RingKvClient client, String server) {
        return client.admin()
                .ask(
                        Question.newBuilder()
                                .setSuspicion(SuspicionQuestion.newBuilder().setServer(server))
                                .build(),
                        Duration.ofSeconds(10))
                .join()
                .getSuspicion()
                .getServers(0);
    }
}
