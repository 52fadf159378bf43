package io.ringkv.server.engine;

import io.ringkv.server.shard.ChangeSet;
import io.ringkv.server.shard.Digest;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardMeta;
import io.ringkv.server.shard.ShardState;
import org.jspecify.annotations.Nullable;

/**
 * The state after one entry, as readers see it: pending changes hide the overlay, the overlay hides the store.
 *
 * <p>This is how an entry becomes visible as a whole without anybody waiting: its changes are published as pending in one
 * step, moved down one by one while they hide the move, and dropped when all are there. What lies below may run ahead of the
 * view, so a read of more than one key must check that the view is still the newest (see {@link VisibleState}); a read of one
 * key need not.
 *
 * @param store records, to be acquired before use
 * @param overlay writes since a snapshot began, or null
 * @param pending changes of the newest entry while they are being moved
 * @param position last applied entry
 * @param meta the shard's meta, null before it began
 * @param counts sizes
 */
record StateView(
        StoreHandle store,
        @Nullable Overlay overlay,
        ChangeSet pending,
        Position position,
        @Nullable ShardMeta meta,
        Counts counts) {

    /**
     * Sizes of the state.
     *
     * @param keys number of records
     * @param dataBytes their bytes
     * @param sessions number of sessions
     * @param sessionBytes what they count for
     * @param contents digest of records and sessions
     */
    record Counts(long keys, long dataBytes, int sessions, long sessionBytes, Digest contents) {
        static Counts of(ShardState state) {
            return new Counts(
                    state.keys(),
                    state.dataBytes(),
                    state.sessions().size(),
                    state.sessions().bytes(),
                    state.contentsDigest());
        }
    }

    /** The record of an internal key, or null. */
    byte @Nullable [] record(byte[] key) {
        byte[] found = pending.get(key);
        Overlay above = overlay;
        if (found == null && above != null) {
            found = above.get(key);
        }
        if (found == null) {
            return store.store().get(key);
        }
        return ChangeSet.isTombstone(found) ? null : found;
    }

    /** The same state with its pending changes moved down. */
    StateView settled() {
        return new StateView(store, overlay, ChangeSet.EMPTY, position, meta, counts);
    }

    /** The same state with another overlay. */
    StateView withOverlay(@Nullable Overlay newOverlay) {
        return new StateView(store, newOverlay, pending, position, meta, counts);
    }

    /** The same state at a later position. */
    StateView at(Position newPosition) {
        return new StateView(store, overlay, pending, newPosition, meta, counts);
    }

    /** Digest of the whole state. */
    Digest digest() {
        return ShardState.digestOf(counts.contents(), meta);
    }

    EngineStats stats() {
        Digest digest = digest();
        return new EngineStats(
                counts.keys(),
                counts.dataBytes(),
                counts.sessions(),
                counts.sessionBytes(),
                digest.high(),
                digest.low());
    }
}
