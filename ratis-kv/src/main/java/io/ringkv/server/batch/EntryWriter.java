package io.ringkv.server.batch;

import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.ShardMeta;
import java.util.List;

/** Makes one log entry of several operations. */
@FunctionalInterface
public interface EntryWriter {
    /**
     * Encodes an entry for this moment (shard time, epochs, proposer).
     *
     * @param operations in the order in which they are to be applied, at least one
     */
    byte[] encode(ShardReplica replica, ShardMeta meta, List<PendingWrite> operations);
}
