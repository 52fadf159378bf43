package io.ringkv.server.engine;

import io.ringkv.server.shard.ChangeSet;
import io.ringkv.server.storage.ShardStore.StoreCursor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a view in key order: pending changes before overlay before store, removed keys left out. One thread.
 */
final class MergedCursor implements StoreCursor {

    private final StoreCursor base;
    private final Layer pending;
    private final @Nullable Layer overlay;
    private boolean baseHasKey;
    private byte[] key = new byte[0];
    private byte[] record = key;

    private MergedCursor(StoreCursor base, Layer pending, @Nullable Layer overlay) {
        this.base = base;
        this.pending = pending;
        this.overlay = overlay;
        this.baseHasKey = base.next();
    }

    /** A cursor before the first key at or after {@code from}; the view's store must be acquired. */
    static StoreCursor over(StateView view, byte[] from) {
        Overlay above = view.overlay();
        // The overlay is opened before the store: a key that is drained meanwhile is then seen here, there, or in both.
        Layer overlay = above == null ? null : new Layer(above.records(), from);
        StoreCursor base = view.store().store().cursor(from);
        return overlay == null && view.pending().isEmpty()
                ? base
                : new MergedCursor(base, new Layer(view.pending().map(), from), overlay);
    }

    @Override
    public boolean next() {
        while (true) {
            byte[] smallest = smallest(smallest(pending.key, overlay == null ? null : overlay.key), baseKey());
            if (smallest == null) {
                return false;
            }
            byte[] found = take(smallest);
            if (!ChangeSet.isTombstone(found)) {
                key = smallest;
                record = found;
                return true;
            }
        }
    }

    /** The record of the key from the highest layer that has it; all layers move past the key. */
    private byte[] take(byte[] smallest) {
        byte[] found = null;
        if (baseHasKey && Arrays.equals(base.key(), smallest)) {
            found = base.record();
            baseHasKey = base.next();
        }
        if (overlay != null && overlay.isAt(smallest)) {
            found = overlay.take();
        }
        if (pending.isAt(smallest)) {
            found = pending.take();
        }
        if (found == null) {
            throw new IllegalStateException("no layer has the smallest key");
        }
        return found;
    }

    private byte @Nullable [] baseKey() {
        return baseHasKey ? base.key() : null;
    }

    private static byte @Nullable [] smallest(byte @Nullable [] first, byte @Nullable [] second) {
        if (first == null) {
            return second;
        }
        return second == null || Arrays.compareUnsigned(first, second) <= 0 ? first : second;
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte[] record() {
        return record;
    }

    /** A sorted map being walked over. */
    private static final class Layer {
        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private byte @Nullable [] key;
        private byte[] record = new byte[0];

        Layer(NavigableMap<byte[], byte[]> map, byte[] from) {
            entries = map.tailMap(from, true).entrySet().iterator();
            advance();
        }

        boolean isAt(byte[] wanted) {
            byte[] now = key;
            return now != null && Arrays.equals(now, wanted);
        }

        byte[] take() {
            byte[] taken = record;
            advance();
            return taken;
        }

        private void advance() {
            if (entries.hasNext()) {
                Map.Entry<byte[], byte[]> entry = entries.next();
                key = entry.getKey();
                record = entry.getValue();
            } else {
                key = null;
            }
        }
    }
}
