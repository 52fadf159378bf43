package io.ringkv.testing.cli.bench;

import io.ringkv.client.Bytes;
import io.ringkv.client.RingKvClient;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** What one caller does again and again. */
public enum Workload {
    /** Overwrites random keys. */
    PUT {
        @Override
        CompletableFuture<?> start(RingKvClient client, BenchData data, long random) {
            return client.put(data.key(random), data.value(random));
        }
    },
    /** Reads random keys, linearizably. */
    GET {
        @Override
        CompletableFuture<?> start(RingKvClient client, BenchData data, long random) {
            Bytes key = data.key(random);
            return client.get(key).thenAccept(result -> {
                if (result.entry().isEmpty()) {
                    throw new IllegalStateException("key " + key + " is missing though it was loaded");
                }
            });
        }
    },
    /** 95 reads to 5 writes. */
    MIX {
        @Override
        CompletableFuture<?> start(RingKvClient client, BenchData data, long random) {
            boolean write = Long.remainderUnsigned(Long.rotateLeft(random, 17), 100) < 5;
            return (write ? PUT : GET).start(client, data, random);
        }
    };

    /** Begins one operation. */
    abstract CompletableFuture<?> start(RingKvClient client, BenchData data, long random);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
