package io.ringkv.server.engine;

import io.ringkv.server.shard.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Digests of one replica's state, to be compared with those of the others: at the same index all must be equal. Replicas
 * under load are hardly ever seen at the same index, hence the mark.
 *
 * @param applied after the last applied entry
 * @param mark after the newest entry whose index is a multiple of {@link #MARK_EVERY}; null if none was passed since the
 *     state was opened or loaded
 */
public record ReplicaDigests(At applied, @Nullable At mark) {

    /** Marks are so many entries apart. All replicas must agree on it, so it is no setting. */
    public static final long MARK_EVERY = 1_024;

    /** A digest of the state after all entries up to and including an index. */
    public record At(long index, Digest digest) {}

    /** Whether this replica's state had, or has, this digest at this index, as far as is still known. */
    public boolean has(At other) {
        return other.equals(applied) || other.equals(mark);
    }
}
