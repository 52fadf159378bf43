package io.ringkv.common.shardmap;

import io.ringkv.common.id.ServerId;
import java.util.Objects;

/**
 * One replica of a shard.
 *
 * @param server where it is
 * @param role what it counts for
 */
public record ReplicaRecord(ServerId server, ReplicaRole role) {

    /** Neither may be null. */
    public ReplicaRecord {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(role, "role");
    }
}
