package io.ringkv.server.replica;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What happened to the replicas of this server, counted. No series per shard. */
final class ReplicaMetrics {
    private final Counter restored;
    private final Counter quarantined;
    private final Counter lost;
    private final Counter failed;
    private final Counter refused;

    ReplicaMetrics(MeterRegistry registry) {
        restored = counter(
                registry, "ringkv_replica_restored_total", "Divisions that closed by themselves and were reopened");
        quarantined = counter(
                registry,
                "ringkv_replica_quarantined_total",
                "Replicas that stay closed until the server is restarted");
        lost = counter(registry, "ringkv_replica_lost_total", "Replicas whose acknowledged data was not found again");
        failed = counter(registry, "ringkv_replica_failed_total", "Replicas that met an entry they could not apply");
        refused =
                counter(registry, "ringkv_instruction_refused_total", "Instructions of the manager that were refused");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    void restored() {
        restored.increment();
    }

    void quarantined() {
        quarantined.increment();
    }

    void lost() {
        lost.increment();
    }

    void failed() {
        failed.increment();
    }

    void refused() {
        refused.increment();
    }

    double restoredCount() {
        return restored.count();
    }

    double quarantinedCount() {
        return quarantined.count();
    }

    double refusedCount() {
        return refused.count();
    }
}
