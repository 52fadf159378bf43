package io.ringkv.testing.cli.bench;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import java.util.Locale;

/** What one caller does again and again. */
public enum Workload {
    /** Overwrites random keys. */
    PUT {
        @Override
        void step(BlockingRingKvClient client, BenchData data, long random) {
            client.put(data.key(random), data.value(random));
        }
    },
    /** Reads random keys, linearizably. */
    GET {
        @Override
        void step(BlockingRingKvClient client, BenchData data, long random) {
            Bytes key = data.key(random);
            if (client.get(key).entry().isEmpty()) {
                throw new IllegalStateException("key " + key + " is missing though it was loaded");
            }
        }
    },
    /** 95 reads to 5 writes. */
    MIX {
        @Override
        void step(BlockingRingKvClient client, BenchData data, long random) {
            boolean write = Long.remainderUnsigned(Long.rotateLeft(random, 17), 100) < 5;
            (write ? PUT : GET).step(client, data, random);
        }
    };

    abstract void step(BlockingRingKvClient client, BenchData data, long random);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
