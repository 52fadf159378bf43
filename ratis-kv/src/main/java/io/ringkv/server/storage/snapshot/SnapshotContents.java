package io.ringkv.server.storage.snapshot;

import io.ringkv.server.shard.ClientSession;
import io.ringkv.server.shard.Digest;
import io.ringkv.server.shard.ShardMeta;
import java.util.List;

/**
 * A state as it was at one moment, to be written as a snapshot. The records come from a cursor beside it.
 *
 * @param header what the file says of itself
 * @param meta the shard's meta
 * @param sessions by ascending id, frozen
 * @param configuration the Raft configuration, opaque; empty when unknown
 * @param keys number of records there must be
 * @param dataBytes bytes of internal keys and records there must be
 * @param digest digest the state must have
 */
public record SnapshotContents(
        SnapshotHeader header,
        ShardMeta meta,
        List<ClientSession> sessions,
        byte[] configuration,
        long keys,
        long dataBytes,
        Digest digest) {
    /** Keeps the list unmodifiable. */
    public SnapshotContents {
        sessions = List.copyOf(sessions);
    }
}
