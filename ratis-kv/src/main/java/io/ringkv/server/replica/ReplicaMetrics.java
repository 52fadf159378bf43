package io.ringkv.server.replica;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ringkv.raft.RaftNode;

/** What happened to the replicas of this server, counted. No series per shard. */
final class ReplicaMetrics {
    private final MeterRegistry registry;
    private final Counter restored;
    private final Counter quarantined;
    private final Counter lost;
    private final Counter failed;
    private final Counter refused;

    ReplicaMetrics(MeterRegistry registry) {
        this.registry = registry;
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

    /** Counts what this node sends; it must live as long as the registry is asked. */
    void watch(RaftNode node) {
        var unused = FunctionCounter.builder("ringkv_snapshot_sent_bytes_total", node, RaftNode::snapshotBytesSent)
                .description("Bytes of snapshots that were sent to replicas that catch up")
                .register(registry);
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
