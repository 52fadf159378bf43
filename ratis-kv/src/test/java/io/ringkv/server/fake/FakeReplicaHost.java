package io.ringkv.server.fake;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.server.replica.ReplicaHost;
import io.ringkv.server.replica.ShardReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Replicas that a test puts together. Thread-safe. */
public final class FakeReplicaHost implements ReplicaHost {
    private final Map<ShardId, FakeReplica> replicas = new ConcurrentSkipListMap<>();

    public FakeReplica add(FakeReplica replica) {
        replicas.put(replica.shard(), replica);
        return replica;
    }

    public void remove(ShardId shard) {
        replicas.remove(shard);
    }

    @Override
    public @Nullable ShardReplica replica(ShardId shard) {
        return replicas.get(shard);
    }

    @Override
    public @Nullable ShardReplica replica(GroupId group) {
        return replicas.values().stream()
                .filter(replica -> replica.group().equals(group))
                .findFirst()
                .orElse(null);
    }

    @Override
    public List<ShardReplica> replicas() {
        return new ArrayList<>(replicas.values());
    }

    @Override
    public void obey(long managerTerm, Instruction instruction) {}

    @Override
    public List<ReplicaReport> reports() {
        return List.of();
    }

    @Override
    public long managerTerm() {
        return 0;
    }

    @Override
    public int ledgerReplicas() {
        return replicas.size();
    }

    @Override
    public void handLeadershipAway(long timeoutMillis) {}

    @Override
    public void close() {}
}
