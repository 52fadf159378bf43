package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.fake.FakeCluster;
import io.ringkv.client.fake.FakeServer;
import io.ringkv.client.fake.Reaction;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests find the leader, however wrong the client's map is. */
final class RoutingIT {

    private static final Bytes KEY = Bytes.utf8("key");
    private static final Bytes VALUE = Bytes.utf8("value");

    private final FakeCluster cluster = FakeCluster.start(3, 1);
    private final RingKvClient client = cluster.connect();
    private final BlockingRingKvClient blocking = client.blocking();

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void aWrongLeaderCostsOneExtraHopAndOnlyOnce() {
        FakeServer believed = cluster.leaderOf(KEY);
        cluster.shardOf(KEY).setLeader(cluster.followerOf(KEY).id());
        FakeServer leader = cluster.leaderOf(KEY);

        blocking.put(KEY, VALUE);
        assertThat(requests()).isEqualTo(2);

        blocking.get(KEY);
        assertThat(believed.requests()).hasSize(1);
        assertThat(leader.requests()).hasSize(2);
    }

    @Test
    void withoutAHintTheOtherReplicasAreTriedOnceEach() {
        cluster.servers().forEach(server -> server.setNamesLeader(false));
        cluster.shardOf(KEY).setLeader(cluster.server(3).id());

        blocking.get(KEY);

        assertThat(requests()).isLessThanOrEqualTo(3);
    }

    @Test
    void serversThatNameEachOtherForAWhileAreSurvived() {
        AtomicInteger refusals = new AtomicInteger();
        FakeServer one = cluster.server(1);
        FakeServer two = cluster.server(2);
        one.script(request -> refusals.incrementAndGet() > 8
                ? Reaction.SERVE
                : Reaction.answer(FakeServer.refuse(ErrorCode.NOT_LEADER)
                        .setLeaderHint(two.id().value())));
        two.script(request -> Reaction.answer(
                FakeServer.refuse(ErrorCode.NOT_LEADER).setLeaderHint(one.id().value())));

        blocking.put(KEY, VALUE);

        assertThat(refusals.get()).isEqualTo(9);
        assertThat(cluster.shardOf(KEY).executedTwice()).isZero();
    }

    @Test
    void manyLeaderChangesUnderLoadFailNothing() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            if (i % 20 == 0) {
                cluster.shardOf(KEY).setLeader(cluster.server(1 + i / 20 % 3).id());
            }
            all.add(client.increment(KEY, 1));
            all.add(client.get(KEY));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        assertThat(blocking.increment(KEY, 0).value()).isEqualTo(400);
        assertThat(cluster.shardOf(KEY).executedTwice()).isZero();
    }

    @Test
    void aPublishedLeaderIsUsedWithoutARefusal() {
        blocking.get(KEY);
        FakeServer next = cluster.followerOf(KEY);
        cluster.shardOf(KEY).setLeader(next.id());
        cluster.publishLeader(cluster.shardOf(KEY).record().id(), next.id(), 5);
        Awaiting.until(() -> blocking.locate(KEY).leader().orElseThrow().id().equals(next.id()));
        cluster.servers().forEach(FakeServer::resetCounts);

        blocking.get(KEY);

        assertThat(requests()).isEqualTo(1);
    }

    @Test
    void anOverloadedServerIsGivenThePauseItAsksFor() {
        AtomicInteger refusals = new AtomicInteger();
        cluster.leaderOf(KEY)
                .script(request -> refusals.incrementAndGet() > 3
                        ? Reaction.SERVE
                        : Reaction.answer(
                                FakeServer.refuse(ErrorCode.SHARD_QUEUE_FULL).setRetryAfterMillis(30)));

        blocking.put(KEY, VALUE);

        assertThat(refusals.get()).isEqualTo(4);
        assertThat(cluster.servers())
                .filteredOn(server -> !server.requests().isEmpty())
                .hasSize(1);
    }

    @Test
    void theCodeOfTheLastRefusalReachesTheCaller() {
        blocking.get(KEY);
        cluster.servers()
                .forEach(server ->
                        server.script(request -> Reaction.answer(FakeServer.refuse(ErrorCode.SHARD_QUEUE_FULL))));

        assertThatThrownBy(() -> blocking.get(KEY, ReadOptions.defaults().withTimeout(Duration.ofMillis(300))))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHARD_QUEUE_FULL));
    }

    @Test
    void aReadThatASingleServerFailsIsAnsweredByAnother() {
        cluster.leaderOf(KEY).script(request -> Reaction.answer(FakeServer.refuse(ErrorCode.REPLICA_FAILED)));
        FakeServer other = cluster.followerOf(KEY);
        other.script(request -> Reaction.SERVE);
        cluster.shardOf(KEY).setLeader(other.id());

        assertThat(blocking.get(KEY).entry()).isEmpty();
    }

    @Test
    void oneLiveAddressIsEnough() {
        String endpoints = "127.0.0.1:1," + cluster.server(2).address();
        try (RingKvClient other = RingKvClient.connect(ClientOptions.of(endpoints))) {
            other.blocking().put(KEY, VALUE);
            assertThat(other.blocking().status().getComplete()).isTrue();
        }
    }

    @Test
    void theMapFollowsToAnotherProcessWhenItsSourceDies() {
        try (RingKvClient other =
                RingKvClient.connect(ClientOptions.of(cluster.server(3).address()))) {
            assertThat(other.blocking().shardMap().ringEpoch()).isEqualTo(1);
            cluster.server(3).stop();

            cluster.publish(2);

            Awaiting.until(() -> other.blocking().shardMap().ringEpoch() == 2);
        }
    }

    @Test
    void nobodyReachableIsSaidWithEveryAddress() {
        try (RingKvClient lost = RingKvClient.connect(ClientOptions.of("127.0.0.1:1,127.0.0.1:2"))) {
            ReadOptions hasty = ReadOptions.defaults().withTimeout(Duration.ofMillis(300));

            assertThatThrownBy(() -> lost.blocking().get(KEY, hasty))
                    .isInstanceOfSatisfying(RingKvException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.NO_ENDPOINT_REACHABLE);
                        assertThat(e).hasMessageContaining("127.0.0.1:1").hasMessageContaining("127.0.0.1:2");
                    });
            assertThatThrownBy(() -> lost.blocking().status(hasty)).isInstanceOf(RingKvException.class);
        }
    }

    @Test
    void callsMadeBeforeTheClusterIsThereWaitForIt() {
        FakeServer server = cluster.server(1);
        server.stop();
        try (RingKvClient early = RingKvClient.connect(ClientOptions.of(server.address()))) {
            CompletableFuture<PutResult> put = early.put(KEY, VALUE);
            server.start();

            assertThat(put.orTimeout(10, TimeUnit.SECONDS).join().version()).isEqualTo(1);
        }
    }

    @Test
    void everyRequestSaysWhichShardLifeAndBudgetItMeans() {
        blocking.put(KEY, VALUE, WriteOptions.defaults().withTimeout(Duration.ofSeconds(10)));

        Request request = cluster.leaderOf(KEY).requests().get(0);
        assertThat(request.getShard()).isEqualTo(1);
        assertThat(request.getIncarnation()).isEqualTo(1);
        assertThat(request.getRangeEpoch()).isEqualTo(1);
        assertThat(request.getBudgetMillis()).isBetween(1, 9_000);
    }

    private int requests() {
        return cluster.servers().stream()
                .mapToInt(server -> server.requests().size())
                .sum();
    }
}
