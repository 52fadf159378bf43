package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.client.fake.FakeCluster;
import io.ringkv.client.fake.FakeServer;
import io.ringkv.client.fake.Reaction;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Request;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReadConsistencyIT {

    private static final Bytes KEY = Bytes.utf8("key");
    private static final Bytes VALUE = Bytes.utf8("value");
    private static final ReadOptions SESSION =
            ReadOptions.defaults().withConsistency(io.ringkv.client.Consistency.SESSION);
    private static final ReadOptions STALE = ReadOptions.defaults().withConsistency(io.ringkv.client.Consistency.STALE);

    private final FakeCluster cluster = FakeCluster.start(3, 2);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RingKvClient client = RingKvClient.connect(ClientOptions.builder()
            .endpoints(cluster.endpoints())
            .meterRegistry(registry)
            .build());
    private final BlockingRingKvClient blocking = client.blocking();

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void sessionReadsAskForWhatTheClientWroteAndSaw() {
        long revision = blocking.put(KEY, VALUE).revision();

        GetResult result = blocking.get(KEY, SESSION);

        assertThat(result.value()).contains(VALUE);
        assertThat(lastRead().getConsistency()).isEqualTo(Consistency.CONSISTENCY_SESSION);
        assertThat(lastRead().getMinimumRevision()).isEqualTo(revision);
        blocking.get(KEY, SESSION);
        assertThat(lastRead().getMinimumRevision()).isEqualTo(result.freshness().revision());
    }

    @Test
    void aTokenCarriesTheSessionToAnotherClient() {
        long revision = blocking.put(KEY, VALUE).revision();
        SessionToken token = SessionToken.parse(blocking.sessionToken().toString());

        try (RingKvClient other = cluster.connect()) {
            other.blocking().joinSession(token);
            other.blocking().get(KEY, SESSION);
        }

        assertThat(lastRead().getMinimumRevision()).isGreaterThanOrEqualTo(revision);
    }

    @Test
    void aTokenOfAnotherClusterIsRefused() {
        SessionToken foreign = new SessionToken(new ClusterId(new UUID(9, 9)), Map.of());

        assertThatThrownBy(() -> blocking.joinSession(foreign))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_TOKEN_INVALID));
    }

    @Test
    void aReplicaThatIsBehindIsLeftForAnother() {
        blocking.put(KEY, VALUE);
        Set<FakeServer> asked = ConcurrentHashMap.newKeySet();
        cluster.servers()
                .forEach(server -> server.script(request -> {
                    asked.add(server);
                    return asked.size() < 3
                            ? Reaction.answer(FakeServer.refuse(ErrorCode.REPLICA_BEHIND))
                            : Reaction.SERVE;
                }));

        assertThat(blocking.get(KEY, SESSION).value()).contains(VALUE);
        assertThat(asked).hasSize(3);
    }

    @Test
    void staleReadsAreSpreadOverReplicasAndSayHowOldTheyMayBe() {
        blocking.put(KEY, VALUE);
        cluster.servers().forEach(FakeServer::resetCounts);
        for (int i = 0; i < 9; i++) {
            assertThat(blocking.get(KEY, STALE).freshness().stalenessMillis()).isEmpty();
        }
        assertThat(cluster.servers()).allMatch(server -> server.requests().size() == 3);

        cluster.servers()
                .forEach(server -> server.script(request -> Reaction.answer(
                        FakeServer.refuse(ErrorCode.KEY_NOT_FOUND).setStalenessMillis(70))));
        assertThat(blocking.get(KEY, STALE).freshness().stalenessMillis()).hasValue(70);
        assertThat(blocking.get(KEY).freshness().stalenessMillis()).isEmpty();
    }

    @Test
    void whatHappensIsCounted() {
        blocking.put(KEY, VALUE);
        cluster.shardOf(KEY).setLeader(cluster.followerOf(KEY).id());
        blocking.get(KEY);
        blocking.get(Bytes.utf8("missing"));

        assertThat(registry.get("ringkv_client_request_duration_seconds")
                        .tag("op", "get")
                        .tag("outcome", "ok")
                        .functionTimer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("ringkv_client_request_duration_seconds")
                        .tag("op", "get")
                        .tag("outcome", "not_found")
                        .functionTimer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("ringkv_client_redirects_total").counter().count())
                .isPositive();
        assertThat(registry.get("ringkv_client_open_requests").gauge().value()).isZero();
        assertThat(registry.get("ringkv_client_frame_requests").summary().count())
                .isPositive();
        assertThat(registry.get("ringkv_client_connections_opened_total")
                        .counter()
                        .count())
                .isPositive();
    }

    private Request lastRead() {
        return cluster.servers().stream()
                .flatMap(server -> server.requests().stream())
                .filter(request -> request.getType() == OperationType.OPERATION_TYPE_GET)
                .reduce((first, second) -> second.getMinimumRevision() >= first.getMinimumRevision() ? second : first)
                .orElseThrow();
    }
}
