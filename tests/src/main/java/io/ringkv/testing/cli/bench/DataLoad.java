package io.ringkv.testing.cli.bench;

import io.ringkv.client.PutResult;
import io.ringkv.client.RingKvClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Puts all keys of a bench once, many at a time, before anything is measured. */
final class DataLoad {
    private static final int IN_FLIGHT = 512;

    private DataLoad() {}

    /** Returns when all keys are acknowledged; throws what the first failure was. */
    static void run(RingKvClient client, BenchData data) throws InterruptedException {
        Semaphore permits = new Semaphore(IN_FLIGHT);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        for (int number = 0; number < data.keys() && failure.get() == null; number++) {
            permits.acquire();
            CompletableFuture<PutResult> unused = client.put(data.keyNumber(number), data.value(number))
                    .whenComplete((result, thrown) -> {
                        if (thrown != null) {
                            failure.compareAndSet(null, thrown);
                        }
                        permits.release();
                    });
        }
        permits.acquire(IN_FLIGHT);
        if (failure.get() != null) {
            throw new IllegalStateException("the keys could not be loaded", failure.get());
        }
    }
}
