package io.ringkv.cli.steer;

import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.util.List;
import java.util.Optional;

/** Finds what a status says of one server. Stateless. */
final class ServerStatuses {

    private ServerStatuses() {}

    /** The server of this label, or else of this id; of two under a label the one that is not removed. */
    static Optional<ServerStatus> find(ClusterStatus status, String name) {
        List<ServerStatus> named = status.getServersList().stream()
                .filter(server -> server.getServer().getLabel().equals(name)
                        || new ServerId(server.getServer().getServerId())
                                .toString()
                                .equals(name))
                .toList();
        return named.stream()
                .filter(server -> server.getServer().getState() != ServerState.SERVER_STATE_REMOVED)
                .findFirst()
                .or(() -> named.stream().findFirst());
    }

    /** How many shards name the server as a holder of a replica. */
    static long replicas(ClusterStatus status, long serverId) {
        return status.getShardsList().stream()
                .map(ShardStatus::getRecord)
                .filter(record ->
                        record.getReplicasList().stream().anyMatch(replica -> replica.getServerId() == serverId))
                .count();
    }

    /** How many shards the server leads. */
    static long leaders(ClusterStatus status, long serverId) {
        return status.getShardsList().stream()
                .filter(shard -> shard.getLeader() == serverId)
                .count();
    }
}
