package io.ringkv.server.engine;

import io.ringkv.server.shard.ChangeSet;
import io.ringkv.server.storage.ShardStore;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes that came while a snapshot was streaming from the store, kept on the heap so that the store stands still: newest
 * record or tombstone of each key. What is here hides what the store has under the same key.
 *
 * <p>Afterwards it is drained into the store in slices. It stays complete until the last slice, so that a reader who looks
 * here first and into the store second never falls between the two; then it is dropped as a whole.
 *
 * <p>One writer, who holds the engine's lock; any number of readers.
 */
final class Overlay {

    /** What a record costs besides its own bytes: node, arrays, index. A guess on the safe side. */
    private static final int RECORD_OVERHEAD_BYTES = 128;

    private final ConcurrentSkipListMap<byte[], byte[]> records = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
    private byte @Nullable [] drainedTo;
    private long bytes;

    /** The record, a tombstone, or null when the key was not written. */
    byte @Nullable [] get(byte[] key) {
        return records.get(key);
    }

    /** Everything, for merging. */
    NavigableMap<byte[], byte[]> records() {
        return records;
    }

    /** Heap the overlay takes, about. */
    long bytes() {
        return bytes;
    }

    /** Takes a write instead of the store. */
    void put(byte[] key, byte[] recordOrTombstone) {
        byte[] old = records.put(key, recordOrTombstone);
        bytes += recordOrTombstone.length;
        bytes += old == null ? key.length + RECORD_OVERHEAD_BYTES : -old.length;
    }

    /** Keeps up with a write that went into the store, if the key is here. */
    void replace(byte[] key, byte[] recordOrTombstone) {
        records.replace(key, recordOrTombstone);
    }

    /**
     * Moves some records into the store.
     *
     * @return whether all are moved now
     */
    boolean drain(ShardStore store, int limit) {
        // A new iterator each time: one that was kept would bring back the record it had read ahead before the last
        // write.
        NavigableMap<byte[], byte[]> rest = drainedTo == null ? records : records.tailMap(drainedTo, false);
        Iterator<Map.Entry<byte[], byte[]>> entries = rest.entrySet().iterator();
        for (int i = 0; i < limit && entries.hasNext(); i++) {
            Map.Entry<byte[], byte[]> entry = entries.next();
            write(store, entry.getKey(), entry.getValue());
            drainedTo = entry.getKey();
        }
        return !entries.hasNext();
    }

    static void write(ShardStore store, byte[] key, byte[] recordOrTombstone) {
        if (ChangeSet.isTombstone(recordOrTombstone)) {
            store.remove(key);
        } else {
            store.put(key, recordOrTombstone);
        }
    }
}
