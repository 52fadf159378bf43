package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.fake.FakeCluster;
import io.ringkv.client.fake.FakeServer;
import io.ringkv.client.fake.Reaction;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections: what leaves together, how much may be under way, and what happens when the other side falls silent. */
final class ConnectionIT {

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
    void whatIsAskedAtTheSameTimeTravelsInFewFrames() {
        blocking.get(KEY);
        FakeServer leader = cluster.leaderOf(KEY);
        leader.resetCounts();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            all.add(client.get(KEY));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();

        assertThat(leader.requests()).hasSize(2_000);
        assertThat(leader.frames()).isLessThan(500);
    }

    @Test
    void aSilentLeaderIsLeftForAnotherReplica() {
        blocking.put(KEY, VALUE);
        FakeServer frozen = cluster.leaderOf(KEY);
        frozen.setSilent(true);
        cluster.shardOf(KEY).setLeader(cluster.followerOf(KEY).id());

        // Within the default time limit of 5 s, which a wait for the frozen server would exceed.
        assertThat(blocking.get(KEY).value()).contains(VALUE);
        assertThat(blocking.put(KEY, VALUE).version()).isEqualTo(2);
        assertThat(cluster.shardOf(KEY).executedTwice()).isZero();
    }

    @Test
    void aWriteThatASilentLeaderHasIsNotAppliedTwiceWhenItIsSentElsewhere() {
        blocking.increment(KEY, 1);
        FakeServer frozen = cluster.leaderOf(KEY);
        frozen.script(request -> {
            frozen.setSilent(true);
            cluster.shardOf(KEY).apply(request);
            cluster.shardOf(KEY).setLeader(cluster.followerOf(KEY).id());
            return Reaction.FORGET;
        });

        assertThat(blocking.increment(KEY, 1).value()).isEqualTo(2);
    }

    @Test
    void aServerThatComesBackIsUsedAgain() {
        blocking.put(KEY, VALUE);
        FakeServer server = cluster.leaderOf(KEY);
        server.stop();
        server.start();

        assertThat(blocking.get(KEY).value()).contains(VALUE);
    }

    @Test
    void anIdleConnectionStaysOpen() {
        blocking.get(KEY);
        FakeServer leader = cluster.leaderOf(KEY);
        int opened = leader.streamsOpened();
        // Eight pings take longer than the silence after which a connection is given up.
        Awaiting.until(() -> leader.pings() >= 8);

        blocking.get(KEY);

        assertThat(leader.streamsOpened()).isEqualTo(opened);
    }

    @Test
    void neverExceedsTheServersCredit() {
        FakeServer leader = cluster.leaderOf(KEY);
        leader.setCreditBytes(100_000);
        leader.script(request -> Reaction.serveAfter(5));
        Bytes value = Bytes.wrap(new byte[10_000]);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(client.put(KEY, value));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        assertThat(leader.unansweredBytesMost()).isBetween(50_000, 110_100);
    }

    @Test
    void anOperationAboveTheCreditIsSentAlone() {
        cluster.leaderOf(KEY).setCreditBytes(70_000);
        Bytes large = Bytes.wrap(new byte[1 << 20]);

        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(client.put(KEY, large));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        assertThat(cluster.leaderOf(KEY).unansweredBytesMost()).isLessThan(1_100_000);
    }

    @Test
    void moreThanItsLimitIsRefusedAndTheRestServed() {
        cluster.leaderOf(KEY).script(request -> Reaction.serveAfter(50));
        try (RingKvClient small = RingKvClient.connect(ClientOptions.builder()
                .endpoints(cluster.endpoints())
                .openRequestsMax(10)
                .build())) {
            List<CompletableFuture<?>> accepted = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                accepted.add(small.get(KEY));
            }

            assertThatThrownBy(() -> small.get(KEY)).isInstanceOfSatisfying(RingKvException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.CLIENT_QUEUE_FULL);
                assertThat(e).hasMessageContaining("10 unanswered requests");
            });
            CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
            small.blocking().get(KEY);
        }
    }

    @Test
    void aSlowServerIsWaitedForAndNotAskedAgain() {
        cluster.leaderOf(KEY).script(request -> Reaction.serveAfter(1_500));

        blocking.get(KEY);

        assertThat(cluster.leaderOf(KEY).requests()).hasSize(1);
    }

    @Test
    void timeLimitsHoldAgainstAServerThatNeverAnswers() {
        cluster.servers().forEach(server -> server.script(request -> Reaction.FORGET));

        assertThatThrownBy(() -> blocking.get(KEY, ReadOptions.defaults().withTimeout(Duration.ofMillis(200))))
                .isInstanceOfSatisfying(
                        RingKvException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED));
    }

    @Test
    void aServerThatIsNotTheOneMeantIsSentNothing() {
        FakeServer wrongServer = cluster.server(1);
        FakeServer wrongCluster = cluster.server(2);
        wrongServer.setClaims(cluster.id(), new ServerId(99));
        wrongCluster.setClaims(new ClusterId(new UUID(9, 9)), wrongCluster.id());
        cluster.shardOf(KEY).setLeader(cluster.server(3).id());

        assertThat(blocking.put(KEY, VALUE).version()).isEqualTo(1);
        assertThat(wrongServer.requests()).isEmpty();
        assertThat(wrongCluster.requests()).isEmpty();
    }
}
