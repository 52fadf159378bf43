package io.ringkv.server.engine;

import io.ringkv.server.shard.ChangeSet;
import io.ringkv.server.shard.RecordSource;
import org.jspecify.annotations.Nullable;

/**
 * The records from the writer's side: a store, and above it an overlay from when a snapshot begins until its writes are all
 * in the store. Used under the engine's lock only.
 */
final class LayeredStore implements RecordSource {

    private final StoreHandle base;
    private @Nullable Overlay overlay;
    private boolean draining;

    LayeredStore(StoreHandle base) {
        this.base = base;
    }

    StoreHandle base() {
        return base;
    }

    @Nullable
    Overlay overlay() {
        return overlay;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        Overlay above = overlay;
        byte[] found = above == null ? null : above.get(key);
        if (found == null) {
            return base.store().get(key);
        }
        return ChangeSet.isTombstone(found) ? null : found;
    }

    /** Takes the changes of an entry, which are visible as pending until this returns. */
    void write(ChangeSet changes) {
        Overlay above = overlay;
        if (above != null && !draining) {
            changes.forEach(above::put);
            return;
        }
        changes.forEach((key, record) -> {
            Overlay.write(base.store(), key, record);
            if (above != null) {
                // Else draining would bring the older record back.
                above.replace(key, record);
            }
        });
    }

    /** From now on the store stands still and writes go to an overlay. */
    void freeze() {
        if (overlay != null) {
            throw new IllegalStateException("The store is frozen already.");
        }
        overlay = new Overlay();
        draining = false;
    }

    /** The store may change again; the overlay is to be moved into it. */
    void beginDraining() {
        draining = overlay != null;
    }

    boolean isDraining() {
        return draining;
    }

    /** Heap taken by writes while the store stands still. */
    long frozenBytes() {
        Overlay above = overlay;
        return above == null || draining ? 0 : above.bytes();
    }

    /**
     * Moves some of the overlay into the store.
     *
     * @return whether the overlay is gone now
     */
    boolean drain(int records) {
        Overlay above = overlay;
        if (above != null && above.drain(base.store(), records)) {
            overlay = null;
            draining = false;
        }
        return overlay == null;
    }
}
