package io.ringkv.testing.docs;

import io.micrometer.core.instrument.MeterRegistry;
import io.ringkv.client.Batch;
import io.ringkv.client.BatchResult;
import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.ClientOptions;
import io.ringkv.client.CompareAndSetResult;
import io.ringkv.client.Consistency;
import io.ringkv.client.Expectation;
import io.ringkv.client.GetResult;
import io.ringkv.client.KeyValue;
import io.ringkv.client.MultiGetResult;
import io.ringkv.client.PutResult;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.Scan;
import io.ringkv.client.ScanRequest;
import io.ringkv.client.SessionToken;
import io.ringkv.client.WriteOptions;
import io.ringkv.common.error.RingKvException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The code that docs/client.md and README.md show: what stands between the region marks, which a test compares. */
final class ClientExample {

    private final BlockingRingKvClient client;

    ClientExample(BlockingRingKvClient client) {
        this.client = client;
    }

    static void hello(String endpoints) {
        // region hello
        try (RingKvClient client = RingKvClient.connect(ClientOptions.of(endpoints))) {
            client.blocking().put(Bytes.utf8("hello"), Bytes.utf8("world"));
        }
        // endregion
    }

    static RingKvClient connect(String endpoints, MeterRegistry registry) {
        // region connect
        ClientOptions options = ClientOptions.builder()
                .endpoints(endpoints)
                .software("orders 4.2")
                .openRequestsMax(50_000)
                .meterRegistry(registry)
                .build();
        RingKvClient client = RingKvClient.connect(options);
        // endregion
        return client;
    }

    String putAndGet() {
        // region put-get
        PutResult put = client.put(Bytes.utf8("user/17/name"), Bytes.utf8("Ada"));
        GetResult got = client.get(Bytes.utf8("user/17/name"));
        String name = got.value().map(Bytes::toUtf8).orElse("nobody");

        KeyValue entry = got.entry().orElseThrow();
        boolean unchanged = entry.modRevision() == put.revision();
        // endregion
        return name + " " + unchanged;
    }

    Optional<CompareAndSetResult> lock() {
        // region compare-and-set
        Bytes key = Bytes.utf8("leader");
        CompareAndSetResult result = client.compareAndSet(key, Expectation.absent(), Bytes.utf8("me"));
        if (!result.applied()) {
            System.err.println("taken: " + result.refusal().orElseThrow() + " at revision " + result.revision());
            return Optional.empty();
        }
        client.compareAndDelete(key, Expectation.revision(result.revision()));
        // endregion
        return Optional.of(result);
    }

    long count() {
        // region increment
        long visitors = client.increment(Bytes.utf8("visitors"), 1).value();
        // endregion
        return visitors;
    }

    BatchResult transfer() {
        // region batch
        Batch transfer = Batch.builder()
                .compareAndSet(Bytes.utf8("{bank}/alice"), Expectation.value(Bytes.utf8("100")), Bytes.utf8("70"))
                .increment(Bytes.utf8("{bank}/bob"), 30)
                .put(Bytes.utf8("{bank}/last"), Bytes.utf8("alice to bob: 30"))
                .build();
        BatchResult result = client.batch(transfer);
        // endregion
        return result;
    }

    List<String> readMany() {
        List<String> names = new ArrayList<>();
        // region read-many
        MultiGetResult several = client.multiGet(List.of(Bytes.utf8("user/17/name"), Bytes.utf8("user/18/name")));
        several.entries().values().forEach(entry -> names.add(entry.value().toUtf8()));

        try (Scan scan = client.scan(ScanRequest.prefix(Bytes.utf8("user/")).withLimit(1000))) {
            while (scan.hasNext()) {
                KeyValue entry = scan.next();
                names.add(entry.key() + "=" + entry.value());
            }
        }
        // endregion
        return names;
    }

    static CompletableFuture<Long> asynchronous(RingKvClient client, Executor executor) {
        // region async
        CompletableFuture<Long> total = client.increment(Bytes.utf8("orders"), 1)
                .thenCombine(client.increment(Bytes.utf8("orders/today"), 1), (all, today) -> all.value())
                .thenApplyAsync(orders -> slowWork(orders), executor);
        // endregion
        return total;
    }

    private static long slowWork(long orders) {
        return orders;
    }

    static Optional<Bytes> readYourWrites(RingKvClient writer, RingKvClient reader) {
        // region session
        writer.blocking().put(Bytes.utf8("profile/17"), Bytes.utf8("new picture"));
        String token = writer.blocking().sessionToken().toString();

        reader.blocking().joinSession(SessionToken.parse(token));
        ReadOptions session = ReadOptions.defaults().withConsistency(Consistency.SESSION);
        Optional<Bytes> picture =
                reader.blocking().get(Bytes.utf8("profile/17"), session).value();
        // endregion
        return picture;
    }

    String stale() {
        // region stale
        ReadOptions stale = ReadOptions.defaults().withConsistency(Consistency.STALE);
        GetResult result = client.get(Bytes.utf8("visitors"), stale);
        String age = result.freshness().stalenessMillis().isPresent()
                ? "at most " + result.freshness().stalenessMillis().getAsLong() + " ms old"
                : "of unknown age";
        // endregion
        return age;
    }

    boolean book(Bytes seat, Bytes me) {
        // region outcome
        WriteOptions patient = WriteOptions.defaults().withTimeout(Duration.ofSeconds(20));
        try {
            return client.compareAndSet(seat, Expectation.absent(), me, patient).applied();
        } catch (RingKvException failure) {
            return switch (failure.family()) {
                // Applied, not applied, or not yet. The value says whose seat it is, so asking again is enough.
                case OUTCOME_UNKNOWN ->
                    client.compareAndSet(seat, Expectation.absent(), me, patient)
                                    .applied()
                            || client.get(seat).value().equals(Optional.of(me));
                // Certainly not applied. Trying again later is safe.
                case UNAVAILABLE, OVERLOADED, NOT_LEADER, STALE -> false;
                // A mistake of ours, or something an operator has to see.
                default -> throw failure;
            };
        }
        // endregion
    }
}
