package io.ringkv.manager.main;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.raft.ManagerRaft;

/** What one manager knows, as gauges. They are read when somebody asks for them. */
final class ManagerMetrics {

    private ManagerMetrics() {}

    static void bind(MeterRegistry registry, ManagerRaft raft) {
        Gauge.builder("ringkv_manager_is_leader", raft, of -> of.leadership().isLeader() ? 1 : 0)
                .description("1 while this manager leads its group")
                .register(registry);
        Gauge.builder("ringkv_manager_term", raft, of -> of.leadership().term())
                .description("Raft term of the manager group as seen here")
                .register(registry);
        Gauge.builder("ringkv_ring_epoch", raft, of -> of.state().ringEpoch())
                .description("Number of the newest shard map applied here")
                .register(registry);
        Gauge.builder("ringkv_shards", raft, of -> of.state().shards().size())
                .description("Shards of the cluster")
                .register(registry);
        for (ServerState state : ServerState.values()) {
            if (state != ServerState.SUSPECT) {
                Gauge.builder("ringkv_servers", raft, of -> servers(of, state))
                        .tag("state", state.name())
                        .description("Servers by the state that is logged of them")
                        .register(registry);
            }
        }
    }

    private static long servers(ManagerRaft raft, ServerState state) {
        return raft.state().servers().values().stream()
                .filter(server -> server.record().state() == state)
                .count();
    }
}
