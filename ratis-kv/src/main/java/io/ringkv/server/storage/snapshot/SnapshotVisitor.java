package io.ringkv.server.storage.snapshot;

import io.ringkv.server.log.ByteReader;
import io.ringkv.server.shard.ShardMeta;

/**
 * Takes what a snapshot holds, in this order, while it is being read. What was taken may be used only if reading ends
 * without an exception.
 */
public interface SnapshotVisitor {
    /** The shard's meta; once. */
    void meta(ShardMeta meta);

    /** The Raft configuration; at most once. */
    void configuration(byte[] configuration);

    /** A session, in the form of {@code SessionCodec}; by ascending id. */
    void session(ByteReader session);

    /** A record; by ascending internal key. */
    void record(byte[] key, byte[] record);
}
