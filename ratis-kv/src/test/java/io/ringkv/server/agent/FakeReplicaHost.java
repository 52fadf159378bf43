package io.ringkv.server.agent;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.server.replica.ReplicaHost;
import io.ringkv.server.replica.ShardReplica;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Replicas that only exist in reports. */
final class FakeReplicaHost implements ReplicaHost {

    final List<Long> termsObeyed = new CopyOnWriteArrayList<>();
    final List<ReplicaReport> reports = new CopyOnWriteArrayList<>();
    volatile boolean fails;

    @Override
    public @Nullable ShardReplica replica(ShardId shard) {
        return null;
    }

    @Override
    public @Nullable ShardReplica replica(GroupId group) {
        return null;
    }

    @Override
    public List<ShardReplica> replicas() {
        return List.of();
    }

    @Override
    public void obey(long managerTerm, Instruction instruction) {
        termsObeyed.add(managerTerm);
        reports.add(ReplicaReport.newBuilder()
                .setShard(instruction.getShard())
                .setTerm(3)
                .setLeaderReady(true)
                .build());
    }

    @Override
    public List<ReplicaReport> reports() {
        if (fails) {
            throw new IllegalStateException("no reports now");
        }
        return List.copyOf(reports);
    }

    @Override
    public long managerTerm() {
        return 0;
    }

    @Override
    public int ledgerReplicas() {
        return reports.size();
    }

    @Override
    public void handLeadershipAway(long timeoutMillis) {
        // Nothing is led.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
