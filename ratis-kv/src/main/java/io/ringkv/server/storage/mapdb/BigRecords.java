package io.ringkv.server.storage.mapdb;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.mapdb.Serializer;
import org.mapdb.Store;

/**
 * Records too big for the tree, each at a numbered place of its own.
 *
 * <p>A reader finds the place in the tree and reads it a moment later; meanwhile the writer may have freed it, or given it
 * to another key. So a place begins with the key it belongs to, is used for nothing else ever, and a reader who finds
 * another key there starts over. Freed places are kept for reuse; after a restart they are lost, eight bytes each, until
 * the store is next rebuilt.
 */
final class BigRecords {

    /** The length of no key, so that a freed place belongs to nobody. */
    private static final byte[] FREED = new byte[Long.BYTES];

    private final Store store;
    private final ArrayDeque<Long> freed = new ArrayDeque<>();

    BigRecords(Store store) {
        this.store = store;
    }

    /** Writes a record to a new or freed place. */
    long add(byte[] key, byte[] record) {
        byte[] contents = contents(key, record);
        Long reused = freed.poll();
        if (reused == null) {
            return store.put(contents, Serializer.BYTE_ARRAY_NOSIZE);
        }
        store.update(reused, contents, Serializer.BYTE_ARRAY_NOSIZE);
        return reused;
    }

    /** Replaces the record at its place. */
    void replace(long place, byte[] key, byte[] record) {
        store.update(place, contents(key, record), Serializer.BYTE_ARRAY_NOSIZE);
    }

    /** Gives the place up. */
    void free(long place) {
        store.update(place, FREED, Serializer.BYTE_ARRAY_NOSIZE);
        freed.add(place);
    }

    /** The record, or null when the place no longer belongs to the key. */
    byte @Nullable [] get(long place, byte[] key) {
        byte[] contents = store.get(place, Serializer.BYTE_ARRAY_NOSIZE);
        if (contents == null || contents.length < Integer.BYTES + key.length) {
            return null;
        }
        int keyEnd = Integer.BYTES + key.length;
        boolean owned =
                keyLength(contents) == key.length && Arrays.equals(contents, Integer.BYTES, keyEnd, key, 0, key.length);
        return owned ? Arrays.copyOfRange(contents, keyEnd, contents.length) : null;
    }

    private static byte[] contents(byte[] key, byte[] record) {
        byte[] contents = new byte[Integer.BYTES + key.length + record.length];
        contents[0] = (byte) (key.length >>> 24);
        contents[1] = (byte) (key.length >>> 16);
        contents[2] = (byte) (key.length >>> 8);
        contents[3] = (byte) key.length;
        System.arraycopy(key, 0, contents, Integer.BYTES, key.length);
        System.arraycopy(record, 0, contents, Integer.BYTES + key.length, record.length);
        return contents;
    }

    private static int keyLength(byte[] contents) {
        return contents[0] << 24 | (contents[1] & 0xff) << 16 | (contents[2] & 0xff) << 8 | (contents[3] & 0xff);
    }
}
