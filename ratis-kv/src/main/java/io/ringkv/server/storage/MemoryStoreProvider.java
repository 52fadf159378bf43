package io.ringkv.server.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores on the heap, for tests and for comparison. They keep nothing: after a close the replica is rebuilt from snapshot
 * and log.
 */
public final class MemoryStoreProvider implements StoreProvider {

    @Override
    public boolean keepsContents() {
        return false;
    }

    @Override
    public ShardStore create(Path file) {
        return new MemoryStore();
    }

    @Override
    public ShardStore open(Path file) throws IOException {
        throw new IOException("A store in memory keeps nothing that could be opened: " + file);
    }

    @Override
    public Loader load(Path file) {
        return new MemoryLoader();
    }

    private static final class MemoryLoader implements Loader {
        private final MemoryStore store = new MemoryStore();

        @Override
        public void add(byte[] key, byte[] record) {
            Map.Entry<byte[], byte[]> last = store.records.lastEntry();
            if (last != null && Arrays.compareUnsigned(last.getKey(), key) >= 0) {
                throw new StoreException("keys do not ascend");
            }
            store.put(key, record);
        }

        @Override
        public ShardStore finish() {
            return store;
        }

        @Override
        public void abort() {
            store.discard();
        }
    }

    private static final class MemoryStore implements ShardStore {
        private final ConcurrentSkipListMap<byte[], byte[]> records =
                new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

        @Override
        public byte @Nullable [] get(byte[] key) {
            return records.get(key);
        }

        @Override
        public void put(byte[] key, byte[] record) {
            records.put(key, record);
        }

        @Override
        public void remove(byte[] key) {
            records.remove(key);
        }

        @Override
        public StoreCursor cursor(byte[] from) {
            return new MapCursor(records.tailMap(from, true).entrySet().iterator());
        }

        @Override
        public long fileBytes() {
            return 0;
        }

        @Override
        public void closeClean() {
            discard();
        }

        @Override
        public void discard() {
            records.clear();
        }
    }

    /** A cursor over the entries of a map. */
    private static final class MapCursor implements ShardStore.StoreCursor {
        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private Map.@Nullable Entry<byte[], byte[]> current;

        MapCursor(Iterator<Map.Entry<byte[], byte[]>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() {
            current = entries.hasNext() ? entries.next() : null;
            return current != null;
        }

        @Override
        public byte[] key() {
            return current().getKey();
        }

        @Override
        public byte[] record() {
            return current().getValue();
        }

        private Map.Entry<byte[], byte[]> current() {
            Map.Entry<byte[], byte[]> entry = current;
            if (entry == null) {
                throw new IllegalStateException("The cursor stands on no key.");
            }
            return entry;
        }
    }
}
