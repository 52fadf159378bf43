package io.ringkv.server.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map from internal keys to encoded records, in unsigned byte order of the keys.
 *
 * <p>Contract
 *
 * <ul>
 *   <li>One thread writes at a time; any number read meanwhile. A read of one key sees the record before or after a
 *       concurrent write, never a mixture. A cursor is weakly consistent: it sees every key that is there all the time,
 *       once and in order; of keys written meanwhile it sees the record before or after.
 *   <li>Arrays that are handed in or out are never changed, by neither side.
 *   <li>Nothing survives a crash. {@link #closeClean} is the only way to keep the contents.
 *   <li>After either close no method may be called, not even by a reader that is already inside: whoever closes waits for
 *       the readers first, because memory is unmapped.
 *   <li>Methods throw {@link StoreException} when the store is damaged or cannot grow.
 * </ul>
 */
public interface ShardStore {
    /** The record under the key, or null. */
    byte @Nullable [] get(byte[] key);

    /** Sets the record of a key. */
    void put(byte[] key, byte[] record);

    /** Removes a key, which need not be there. */
    void remove(byte[] key);

    /** A cursor before the first key at or after {@code from}. */
    StoreCursor cursor(byte[] from);

    /** Bytes the store takes on disk; 0 when it has no file. */
    long fileBytes();

    /** Closes in good order: the file holds everything, durably. */
    void closeClean() throws IOException;

    /** Closes without keeping the contents. Never throws. */
    void discard();

    /** Walks over keys in order. One thread. */
    interface StoreCursor {
        /**
         * Moves to the next key.
         *
         * @return false when there is none
         */
        boolean next();

        /** The key moved to. */
        byte[] key();

        /** Its record. */
        byte[] record();
    }
}
