package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.fake.FakeCluster;
import io.ringkv.client.fake.FakeServer;
import io.ringkv.client.fake.Reaction;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.OperationType;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scans over all shards give every key once, in order. */
final class ScanIT {

    private final FakeCluster cluster = FakeCluster.start(3, 7);
    private final RingKvClient client = cluster.connect();
    private final BlockingRingKvClient blocking = client.blocking();
    private final NavigableMap<Bytes, Bytes> expected = new TreeMap<>();

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    private void load(long seed, int count) {
        Random random = new Random(seed);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[1 + random.nextInt(6)];
            random.nextBytes(key);
            for (int j = 0; j < key.length; j++) {
                key[j] = (byte) ('a' + Math.floorMod(key[j], 4));
            }
            Bytes value = Bytes.wrap(new byte[random.nextInt(300)]);
            expected.put(Bytes.copyOf(key), value);
            all.add(client.put(Bytes.copyOf(key), value));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }

    @Test
    void equalsAScanOfOneSortedMap() {
        load(31, 3_000);
        Random random = new Random(32);
        for (int i = 0; i < 60; i++) {
            Bytes start = random.nextBoolean() ? Bytes.empty() : randomBound(random);
            Bytes end = random.nextBoolean() ? Bytes.empty() : randomBound(random);
            Bytes prefix = random.nextInt(3) > 0 ? Bytes.empty() : Bytes.utf8(random.nextBoolean() ? "ab" : "d");
            long limit = random.nextBoolean() ? 0 : 1 + random.nextInt(500);
            ScanRequest request = ScanRequest.prefix(prefix)
                    .withStart(start)
                    .withLimit(limit)
                    .withKeysOnly(random.nextBoolean())
                    .withPageEntries(1 + random.nextInt(400));
            ScanRequest bounded = new ScanRequest(
                    start,
                    end,
                    prefix,
                    limit,
                    request.keysOnly(),
                    request.pageEntries(),
                    request.consistency(),
                    request.timeout());

            List<KeyValue> scanned = blocking.scan(bounded).stream().toList();

            assertThat(scanned)
                    .as("seeds 31, 32, case %d: %s", i, bounded)
                    .extracting(KeyValue::key)
                    .containsExactlyElementsOf(naive(bounded));
            assertThat(scanned)
                    .allMatch(entry ->
                            entry.value().equals(bounded.keysOnly() ? Bytes.empty() : expected.get(entry.key())));
        }
    }

    private static Bytes randomBound(Random random) {
        return Bytes.utf8(String.valueOf((char) ('a' + random.nextInt(4))) + (char) ('a' + random.nextInt(4)));
    }

    private List<Bytes> naive(ScanRequest request) {
        return expected.keySet().stream()
                .filter(key -> key.compareTo(request.start()) >= 0)
                .filter(key -> request.end().isEmpty() || key.compareTo(request.end()) < 0)
                .filter(key -> key.startsWith(request.prefix()))
                .limit(request.limit() == 0 ? Long.MAX_VALUE : request.limit())
                .toList();
    }

    @Test
    void pagesAreBoundedAndTheLastOneSaysSo() {
        load(5, 500);
        ScanCursor cursor = client.scan(ScanRequest.all().withPageEntries(100));
        List<Bytes> keys = new ArrayList<>();
        ScanPage page;
        do {
            page = cursor.nextPage().join();
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(100);
            page.entries().forEach(entry -> keys.add(entry.key()));
        } while (page.more());

        assertThat(keys).containsExactlyElementsOf(expected.keySet());
        assertThat(cursor.nextPage().join()).isEqualTo(new ScanPage(List.of(), false));
    }

    @Test
    void manyLargeValuesDoNotMakeALargePage() {
        Bytes large = Bytes.wrap(new byte[500_000]);
        for (int i = 0; i < 20; i++) {
            blocking.put(Bytes.utf8("key" + i), large);
        }

        ScanPage first = client.scan(ScanRequest.all()).nextPage().join();

        assertThat(first.more()).isTrue();
        assertThat(first.entries()).hasSizeLessThanOrEqualTo(4);
        assertThat(blocking.scan(ScanRequest.all()).stream().count()).isEqualTo(20);
    }

    @Test
    void anEmptyClusterHasNoEntries() {
        assertThat(blocking.scan(ScanRequest.all()).hasNext()).isFalse();
    }

    @Test
    void oneWhoDoesNotFetchIsNotSentAnything() {
        load(5, 2_000);
        cluster.servers().forEach(FakeServer::resetCounts);
        ScanCursor cursor = client.scan(ScanRequest.all().withPageEntries(10));

        assertThat(scanRequests()).isZero();
        cursor.nextPage().join();
        long afterFirst = scanRequests();
        assertThat(afterFirst).isLessThanOrEqualTo(2L * 7);
        cursor.close();
        assertThatThrownBy(() -> blocking.scan(ScanRequest.all()).stream()
                        .peek(entry -> {
                            throw new IllegalStateException("stop");
                        })
                        .count())
                .isInstanceOf(IllegalStateException.class);
    }

    private long scanRequests() {
        return cluster.servers().stream()
                .flatMap(server -> server.requests().stream())
                .filter(request -> request.getType() == OperationType.OPERATION_TYPE_SCAN)
                .count();
    }

    @Test
    void brokenConnectionsDoNotLoseOrDoubleEntries() {
        load(8, 1_500);
        AtomicInteger count = new AtomicInteger();
        cluster.servers()
                .forEach(server -> server.script(request ->
                        request.getType() == OperationType.OPERATION_TYPE_SCAN && count.incrementAndGet() % 5 == 0
                                ? Reaction.BREAK
                                : Reaction.SERVE));

        List<Bytes> keys = blocking.scan(ScanRequest.all().withPageEntries(100)).stream()
                .map(KeyValue::key)
                .toList();

        assertThat(keys).containsExactlyElementsOf(expected.keySet());
        assertThat(count.get()).isGreaterThan(20);
    }

    @Test
    void plansAgainFromWhereItIsWhenAShardSaysThatItWasCutAnew() {
        load(9, 1_500);
        AtomicInteger count = new AtomicInteger();
        cluster.servers()
                .forEach(server -> server.script(request ->
                        request.getType() == OperationType.OPERATION_TYPE_SCAN && count.incrementAndGet() == 15
                                ? Reaction.answer(FakeServer.refuse(ErrorCode.STALE_INCARNATION))
                                : Reaction.SERVE));

        List<Bytes> keys = blocking.scan(ScanRequest.all().withPageEntries(50)).stream()
                .map(KeyValue::key)
                .toList();

        assertThat(keys).containsExactlyElementsOf(expected.keySet());
    }

    @Test
    void aShardThatCannotBeReadFailsTheScan() {
        load(10, 200);
        cluster.servers()
                .forEach(server -> server.script(request -> request.getShard() == 4
                        ? Reaction.answer(FakeServer.refuse(ErrorCode.FORBIDDEN))
                        : Reaction.SERVE));

        assertThatThrownBy(() -> blocking.scan(ScanRequest.all()).hasNext())
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
    }
}
