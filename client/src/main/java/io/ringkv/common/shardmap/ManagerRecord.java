package io.ringkv.common.shardmap;

import io.ringkv.common.id.ManagerId;
import java.util.Objects;

/**
 * A member of the shard manager as others reach it. Addresses are {@code host:port} as advertised.
 *
 * @param id its identity
 * @param label its name for people
 * @param clientAddress door of clients and operators
 * @param peerAddress door of KV servers
 * @param raftAddress where Ratis listens
 */
public record ManagerRecord(ManagerId id, String label, String clientAddress, String peerAddress, String raftAddress) {

    /** @throws IllegalArgumentException if label or an address is empty */
    public ManagerRecord {
        Objects.requireNonNull(id, "id");
        RecordChecks.checkNotEmpty("label", label);
        RecordChecks.checkNotEmpty("clientAddress", clientAddress);
        RecordChecks.checkNotEmpty("peerAddress", peerAddress);
        RecordChecks.checkNotEmpty("raftAddress", raftAddress);
    }
}
