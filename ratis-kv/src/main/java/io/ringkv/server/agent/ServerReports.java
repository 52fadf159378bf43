package io.ringkv.server.agent;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.PeerReport;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.server.disk.DiskSpace;
import io.ringkv.server.replica.ReplicaHost;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says what this server has: makes the messages to the manager. Belongs to the agent's thread. */
final class ServerReports {

    private final AgentIdentity identity;
    private final ServerId self;
    private final ReplicaHost host;
    private final DiskSpace space;
    private final ShardMapPublisher maps;
    private final Supplier<List<PeerReport>> peers;
    private long sequence;

    ServerReports(
            AgentIdentity identity,
            ReplicaHost host,
            DiskSpace space,
            ShardMapPublisher maps,
            Supplier<List<PeerReport>> peers) {
        this.peers = peers;
        this.identity = identity;
        this.self = IdMessages.serverId(identity.record().getServerId());
        this.host = host;
        this.space = space;
        this.maps = maps;
    }

    RegisterRequest registration(@Nullable ClusterId cluster) {
        RegisterRequest.Builder request = RegisterRequest.newBuilder()
                .setServer(identity.record())
                .setVersion(identity.version())
                .setLevelHighest(identity.levelHighest())
                .setLedgerReplicas(host.ledgerReplicas())
                .setRingEpochSeen(ringEpochSeen());
        if (cluster != null) {
            request.setClusterId(IdMessages.toBytes(cluster));
        }
        return request.build();
    }

    /** The next heartbeat. What it says about leaders is published here too, for the clients of this server. */
    HeartbeatRequest heartbeat(ClusterId cluster, boolean stopping) {
        List<ReplicaReport> reports = host.reports();
        reports.forEach(this::publishLeader);
        sequence++;
        return HeartbeatRequest.newBuilder()
                .setClusterId(IdMessages.toBytes(cluster))
                .setServerId(self.value())
                .setBootId(identity.bootId())
                .setSequence(sequence)
                .addAllReplicas(reports)
                .setDiskFreeBytes(space.freeBytes())
                .setDiskTotalBytes(space.totalBytes())
                .setReadOnly(space.isReadOnly())
                .setRingEpochSeen(ringEpochSeen())
                .setVersion(identity.version())
                .setStopping(stopping)
                .addAllPeers(peers.get())
                .build();
    }

    private void publishLeader(ReplicaReport report) {
        ServerId leader = report.getLeaderReady() ? self : IdMessages.optionalServerId(report.getLeaderHint());
        if (leader != null) {
            maps.leaderHeard(new ShardId(report.getShard()), leader, report.getTerm());
        }
    }

    private long ringEpochSeen() {
        return maps.current().map(ShardMap::ringEpoch).orElse(0L);
    }
}
