package io.ringkv.common.shardmap;

import io.ringkv.common.id.ServerId;
import java.util.Objects;

/**
 * A KV server as others reach it. Addresses are {@code host:port} as advertised.
 *
 * @param id its identity
 * @param label its name for people, unique among servers that are not REMOVED
 * @param clientAddress door of clients
 * @param peerAddress door of other RingKV processes
 * @param raftAddress where Ratis listens
 * @param httpAddress where HTTP is served; empty if it is not
 * @param zone failure domain; empty if none was given
 * @param state what the shard manager thinks of it
 */
public record ServerRecord(
        ServerId id,
        String label,
        String clientAddress,
        String peerAddress,
        String raftAddress,
        String httpAddress,
        String zone,
        ServerState state) {

    /** @throws IllegalArgumentException if label, client, peer or Raft address is empty */
    public ServerRecord {
        Objects.requireNonNull(id, "id");
        RecordChecks.checkNotEmpty("label", label);
        RecordChecks.checkNotEmpty("clientAddress", clientAddress);
        RecordChecks.checkNotEmpty("peerAddress", peerAddress);
        RecordChecks.checkNotEmpty("raftAddress", raftAddress);
        Objects.requireNonNull(httpAddress, "httpAddress");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(state, "state");
    }

    /** The same server in another state. */
    public ServerRecord withState(ServerState newState) {
        return new ServerRecord(id, label, clientAddress, peerAddress, raftAddress, httpAddress, zone, newState);
    }
}
