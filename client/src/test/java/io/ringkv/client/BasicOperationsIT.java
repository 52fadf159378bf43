package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.fake.FakeCluster;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every operation, against servers that behave. */
final class BasicOperationsIT {

    private static final Bytes KEY = Bytes.utf8("key");
    private static final Bytes ONE = Bytes.utf8("one");
    private static final Bytes TWO = Bytes.utf8("two");

    private final FakeCluster cluster = FakeCluster.start(3, 6);
    private final RingKvClient client = cluster.connect();
    private final BlockingRingKvClient blocking = client.blocking();

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void getsWhatWasPutWithItsMetadata() {
        PutResult first = blocking.put(KEY, ONE);
        PutResult second = blocking.put(KEY, TWO);

        KeyValue entry = blocking.get(KEY).entry().orElseThrow();

        assertThat(entry).isEqualTo(new KeyValue(KEY, TWO, first.revision(), second.revision(), 2));
        assertThat(first.version()).isEqualTo(1);
        assertThat(blocking.get(KEY, ReadOptions.defaults().withMetadataOnly(true))
                        .value())
                .contains(Bytes.empty());
    }

    @Test
    void aMissingKeyIsAnAnswer() {
        assertThat(blocking.get(KEY).entry()).isEmpty();
        assertThat(blocking.delete(KEY).existed()).isFalse();
    }

    @Test
    void emptyValuesAreValues() {
        blocking.put(KEY, Bytes.empty());

        assertThat(blocking.get(KEY).value()).contains(Bytes.empty());
    }

    @Test
    void deletesWhatExists() {
        blocking.put(KEY, ONE);

        assertThat(blocking.delete(KEY).existed()).isTrue();
        assertThat(blocking.get(KEY).entry()).isEmpty();
    }

    @Test
    void comparesByValueRevisionAndAbsence() {
        assertThat(blocking.compareAndSet(KEY, Expectation.absent(), ONE).applied())
                .isTrue();
        CompareAndSetResult exists = blocking.compareAndSet(KEY, Expectation.absent(), TWO);
        assertThat(exists.refusal()).contains(ErrorCode.KEY_EXISTS);
        assertThat(exists.current().orElseThrow().value()).isEqualTo(ONE);
        assertThat(exists.revision()).isEqualTo(exists.current().orElseThrow().modRevision());

        CompareAndSetResult changed = blocking.compareAndSet(KEY, Expectation.value(ONE), TWO);
        assertThat(changed.applied()).isTrue();
        assertThat(blocking.compareAndSet(KEY, Expectation.value(ONE), TWO).refusal())
                .contains(ErrorCode.VALUE_MISMATCH);
        assertThat(blocking.compareAndDelete(KEY, Expectation.revision(changed.revision() + 1))
                        .refusal())
                .contains(ErrorCode.REVISION_MISMATCH);
        assertThat(blocking.compareAndDelete(KEY, Expectation.revision(changed.revision()))
                        .applied())
                .isTrue();
    }

    @Test
    void countsAndRefusesWhatIsNoCounter() {
        assertThat(blocking.increment(KEY, 5).value()).isEqualTo(5);
        assertThat(blocking.increment(KEY, -7).value()).isEqualTo(-2);
        blocking.put(KEY, ONE);
        assertThatThrownBy(() -> blocking.increment(KEY, 1))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_A_COUNTER));
    }

    @Test
    void appliesBatchesWhollyOrNotAtAll() {
        Bytes a = Bytes.utf8("{tag}a");
        Bytes b = Bytes.utf8("{tag}b");
        BatchResult applied =
                blocking.batch(Batch.builder().put(a, ONE).increment(b, 3).build());
        BatchResult refused = blocking.batch(Batch.builder()
                .put(a, TWO)
                .compareAndSet(b, Expectation.absent(), TWO)
                .build());

        assertThat(applied.applied()).isTrue();
        assertThat(refused.refusal()).contains(ErrorCode.KEY_EXISTS);
        assertThat(refused.failedIndex()).hasValue(1);
        assertThat(blocking.get(a).value()).contains(ONE);
    }

    @Test
    void refusesABatchOverSeveralShardsBeforeSendingIt() {
        Batch.Builder batch = Batch.builder();
        for (int i = 0; i < 50; i++) {
            batch.put(Bytes.utf8("key" + i), ONE);
        }

        assertThatThrownBy(() -> blocking.batch(batch.build()))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BATCH_SPANS_SHARDS));
        assertThat(cluster.servers()).allMatch(server -> server.requests().isEmpty());
    }

    @Test
    void readsManyKeysOfManyShardsAtOnce() {
        List<Bytes> keys = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            keys.add(Bytes.utf8("key" + i));
            if (i % 2 == 0) {
                blocking.put(keys.get(i), Bytes.utf8("value" + i));
            }
        }

        MultiGetResult result = blocking.multiGet(keys);

        assertThat(result.entries().keySet())
                .containsExactlyElementsOf(keys.stream()
                        .filter(key -> Integer.parseInt(key.toUtf8().substring(3)) % 2 == 0)
                        .toList());
        assertThat(result.freshness()).hasSize(6);
        assertThat(blocking.multiGet(List.of()).entries()).isEmpty();
    }

    @Test
    void splitsAReadWhoseAnswerIsTooLarge() {
        Bytes large = Bytes.wrap(new byte[400_000]);
        List<Bytes> keys = Stream.of("{t}1", "{t}2", "{t}3", "{t}4", "{t}5")
                .map(Bytes::utf8)
                .toList();
        keys.forEach(key -> blocking.put(key, large));

        MultiGetResult result = blocking.multiGet(keys);

        assertThat(result.entries().keySet()).containsExactlyElementsOf(keys);
        assertThat(result.entries().values()).allMatch(entry -> entry.value().equals(large));
    }

    @Test
    void largeOperationsTravelOnTheirOwnStream() {
        Bytes large = Bytes.wrap(new byte[1 << 20]);
        blocking.put(KEY, ONE);
        int before = cluster.leaderOf(KEY).streamsOpened();

        blocking.put(KEY, large);

        assertThat(blocking.get(KEY).value()).contains(large);
        assertThat(cluster.leaderOf(KEY).streamsOpened()).isEqualTo(before + 1);
    }

    @Test
    void knowsTheMapAndWhereAKeyLives() {
        assertThat(blocking.shardMap().shards()).hasSize(6);
        KeyLocation location = blocking.locate(KEY);
        assertThat(location.shard().id())
                .isEqualTo(cluster.shardOf(KEY).record().id());
        assertThat(location.leader().orElseThrow().id())
                .isEqualTo(cluster.leaderOf(KEY).id());
        assertThat(location.replicas()).hasSize(3);
        assertThat(blocking.status().getComplete()).isTrue();
    }

    @Test
    void limitsAreCheckedBeforeAnythingIsSent() {
        assertThatThrownBy(() -> client.put(Bytes.empty(), ONE)).isInstanceOf(RingKvException.class);
        assertThatThrownBy(() -> client.put(KEY, Bytes.wrap(new byte[(1 << 20) + 1])))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_TOO_LARGE));
    }

    @Test
    void sessionsOfALongLivedClientAreClosedWithIt() {
        for (int i = 0; i < 50; i++) {
            blocking.put(Bytes.utf8("key" + i), ONE);
        }
        assertThat(cluster.shards()).allMatch(shard -> shard.sessionCount() == 1);

        client.close();

        assertThat(cluster.shards()).allMatch(shard -> shard.sessionCount() == 0);
    }

    @Test
    void aOneShotClientLeavesItsSessionToExpire() {
        try (RingKvClient oneShot = RingKvClient.connect(ClientOptions.builder()
                .endpoints(cluster.endpoints())
                .oneShot(true)
                .build())) {
            oneShot.blocking().put(KEY, ONE);
        }

        assertThat(cluster.shardOf(KEY).sessionCount()).isEqualTo(1);
        assertThat(cluster.leaderOf(KEY).requests().get(0).getSessionIdleMillis())
                .isEqualTo(600_000);
    }

    @Test
    void aClosedClientTakesNothing() {
        client.close();

        assertThatThrownBy(() -> blocking.get(KEY, ReadOptions.defaults().withTimeout(Duration.ofSeconds(1))))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLIENT_CLOSED));
    }
}
