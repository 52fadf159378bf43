package io.ringkv.server.storage;

import java.io.IOException;
import java.nio.file.Path;

/** Makes stores of one kind. Thread-safe. */
public interface StoreProvider {
    /** Whether a store that was closed in good order can be opened again. */
    boolean keepsContents();

    /** An empty store in a new file. */
    ShardStore create(Path file) throws IOException;

    /**
     * A store that was closed in good order.
     *
     * @throws IOException if the file is not one, or is damaged
     */
    ShardStore open(Path file) throws IOException;

    /** Fills a new file with records that come in order, much faster than one by one. */
    Loader load(Path file) throws IOException;

    /** Takes the records of a new store. One thread. */
    interface Loader {
        /** Adds a record; keys must ascend strictly. */
        void add(byte[] key, byte[] record);

        /** The filled store. */
        ShardStore finish();

        /** Gives up and removes what was written. Never throws. */
        void abort();
    }
}
