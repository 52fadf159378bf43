package io.ringkv.server.engine;

import io.ringkv.server.storage.MemoryStoreProvider;
import io.ringkv.server.storage.ShardStore;
import io.ringkv.server.storage.StoreException;
import io.ringkv.server.storage.StoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Stores on the heap that go wrong when told to. */
final class FaultyStores implements StoreProvider {

    /** What goes wrong. */
    enum Fault {
        NONE,
        HIDE_A_RECORD,
        FLIP_A_BIT,
        DISK_FULL,
        FAIL_READS
    }

    volatile Fault fault = Fault.NONE;
    private final MemoryStoreProvider memory = new MemoryStoreProvider();

    @Override
    public boolean keepsContents() {
        return false;
    }

    @Override
    public ShardStore create(Path file) {
        return new FaultyStore(memory.create(file));
    }

    @Override
    public ShardStore open(Path file) throws IOException {
        return memory.open(file);
    }

    @Override
    public Loader load(Path file) {
        return memory.load(file);
    }

    private final class FaultyStore implements ShardStore {
        private final ShardStore store;

        FaultyStore(ShardStore store) {
            this.store = store;
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            if (fault == Fault.FAIL_READS) {
                throw new AssertionError("broken tree");
            }
            return store.get(key);
        }

        @Override
        public void put(byte[] key, byte[] record) {
            if (fault == Fault.DISK_FULL) {
                throw new StoreException("DISK_FULL: no byte is free");
            }
            store.put(key, record);
        }

        @Override
        public void remove(byte[] key) {
            store.remove(key);
        }

        @Override
        public StoreCursor cursor(byte[] from) {
            StoreCursor cursor = store.cursor(from);
            if (fault == Fault.HIDE_A_RECORD) {
                cursor.next();
            }
            return fault == Fault.FLIP_A_BIT ? new FlippingCursor(cursor) : cursor;
        }

        @Override
        public long fileBytes() {
            return store.fileBytes();
        }

        @Override
        public void closeClean() throws IOException {
            store.closeClean();
        }

        @Override
        public void discard() {
            store.discard();
        }
    }

    /** Changes the last bit of every record. */
    private record FlippingCursor(ShardStore.StoreCursor cursor) implements ShardStore.StoreCursor {
        @Override
        public boolean next() {
            return cursor.next();
        }

        @Override
        public byte[] key() {
            return cursor.key();
        }

        @Override
        public byte[] record() {
            byte[] record = cursor.record().clone();
            record[record.length - 1] ^= 1;
            return record;
        }
    }
}
