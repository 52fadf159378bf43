package io.ringkv.server.batch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counters of all batchers of a server together. */
public final class BatchMetrics {
    private final Counter entries;
    private final Counter operations;
    private final Counter bytes;
    private final Counter refused;
    private final Counter expired;
    private final Counter joined;

    public BatchMetrics(MeterRegistry registry) {
        entries = Counter.builder("ringkv_batch_entries_total")
                .description("Log entries proposed")
                .register(registry);
        operations = Counter.builder("ringkv_batch_operations_total")
                .description("Operations in proposed log entries")
                .register(registry);
        bytes = Counter.builder("ringkv_batch_bytes_total")
                .description("Bytes of proposed log entries")
                .register(registry);
        refused = Counter.builder("ringkv_batch_refused_total")
                .description("Writes refused because a shard's queue was full")
                .register(registry);
        expired = Counter.builder("ringkv_batch_expired_total")
                .description("Writes dropped because their budget ended before they were proposed")
                .register(registry);
        joined = Counter.builder("ringkv_batch_joined_total")
                .description("Writes that were the same as one in flight and got its outcome")
                .register(registry);
    }

    void proposed(int operationCount, int entryBytes) {
        entries.increment();
        operations.increment(operationCount);
        bytes.increment(entryBytes);
    }

    void refused() {
        refused.increment();
    }

    void expired(int count) {
        expired.increment(count);
    }

    void joined() {
        joined.increment();
    }
}
