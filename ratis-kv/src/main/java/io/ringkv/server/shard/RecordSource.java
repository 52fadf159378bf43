package io.ringkv.server.shard;

import org.jspecify.annotations.Nullable;

/** The records of a shard as they were before the entry at hand. */
@FunctionalInterface
public interface RecordSource {
    /** The encoded record under an internal key, or null. */
    byte @Nullable [] get(byte[] internalKey);
}
