package io.ringkv.server.shard;

import java.util.Arrays;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Records that an entry changed, by internal key in unsigned byte order: the newest of each, or that it is gone. Built by
 * one thread; may be read by many once it is finished and published.
 */
public final class ChangeSet {

    /** Nothing changed. */
    public static final ChangeSet EMPTY = new ChangeSet();

    /** Stands for a removed record; no record is empty. Compare by length. */
    private static final byte[] TOMBSTONE = new byte[0];

    private final NavigableMap<byte[], byte[]> changes = new TreeMap<>(Arrays::compareUnsigned);

    /** Whether a value from {@link #get} or {@link #map} means that the record is gone. */
    public static boolean isTombstone(byte[] record) {
        return record.length == 0;
    }

    /** The value that means that the record is gone. */
    public static byte[] tombstone() {
        return TOMBSTONE;
    }

    void put(byte[] key, byte[] record) {
        changes.put(key, record);
    }

    void remove(byte[] key) {
        changes.put(key, TOMBSTONE);
    }

    /** The new record, the tombstone, or null when the entry did not touch the key. */
    public byte @Nullable [] get(byte[] key) {
        return changes.get(key);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Number of changed keys. */
    public int size() {
        return changes.size();
    }

    /** Calls with each key and its new record or tombstone, in order. */
    public void forEach(BiConsumer<byte[], byte[]> action) {
        changes.forEach(action);
    }

    /** The changes as a sorted map, not to be modified. */
    public NavigableMap<byte[], byte[]> map() {
        return Collections.unmodifiableNavigableMap(changes);
    }
}
