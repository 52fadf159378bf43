package io.ringkv.server.storage.mapdb;

import io.ringkv.server.storage.ShardStore;
import io.ringkv.server.storage.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mapdb.BTreeMap;
import org.mapdb.DB;
import org.mapdb.DBException;
import org.mapdb.StoreBinary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in one memory-mapped MapDB file without write-ahead log.
 *
 * <p>The file is written in place and is torn after a crash; MapDB's own log would neither prevent that nor ever be
 * compacted. An interrupt during growth would close the file for everybody, so a writing thread's interrupt is held back
 * until it leaves. Growth writes zeros first and leaves a reserve, because a mapped page that the disk has no room for
 * kills the process.
 */
final class MapDbStore implements ShardStore {

    /** Records above this lie beside the tree. */
    static final int MAX_INLINE_BYTES = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MapDbStore.class);

    /** Times a reader starts over because the record moved; more means damage, not contention. */
    private static final int MAX_RETRIES = 1_000_000;

    private final Path file;
    private final DB db;
    private final BTreeMap<byte[], Object> tree;
    private final StoreBinary nodes;
    private final long rootPlace;
    private final KeySerializer keys;
    private final CellSerializer cells;
    private final BigRecords bigRecords;
    private final FreeSpace freeSpace;

    /** Takes over an open file. The tree's serializers are those given. */
    MapDbStore(
            Path file,
            DB db,
            BTreeMap<byte[], Object> tree,
            KeySerializer keys,
            CellSerializer cells,
            FreeSpace freeSpace) {
        this.file = file;
        this.db = db;
        this.tree = tree;
        this.nodes = (StoreBinary) db.getStore();
        this.rootPlace = tree.getRootRecidRecid();
        this.keys = keys;
        this.cells = cells;
        this.bigRecords = new BigRecords(db.getStore());
        this.freeSpace = freeSpace;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        try {
            for (int attempt = 0; attempt < MAX_RETRIES; attempt++) {
                Object cell = find(key);
                if (cell == null) {
                    return null;
                }
                byte[] record = cell instanceof Long place ? bigRecords.get(place, key) : (byte[]) cell;
                if (record != null) {
                    return record;
                }
            }
        } catch (DBException | IllegalAccessError e) {
            throw failed("reading", e);
        }
        throw new StoreException("A big record of " + file + " belongs to another key than the tree says.");
    }

    private @Nullable Object find(byte[] key) {
        return TreeLookup.find(nodes, rootPlace, keys, cells, key);
    }

    @Override
    public void put(byte[] key, byte[] record) {
        freeSpace.beforeWriting(key.length + record.length);
        boolean interrupted = Thread.interrupted();
        try {
            if (record.length > MAX_INLINE_BYTES) {
                putBig(key, record);
            } else if (tree.put(key, record) instanceof Long place) {
                bigRecords.free(place);
            }
        } catch (DBException | IllegalAccessError e) {
            throw failed("writing", e);
        } finally {
            restore(interrupted);
        }
    }

    private void putBig(byte[] key, byte[] record) {
        if (find(key) instanceof Long place) {
            bigRecords.replace(place, key, record);
        } else {
            tree.put(key, bigRecords.add(key, record));
        }
    }

    @Override
    public void remove(byte[] key) {
        boolean interrupted = Thread.interrupted();
        try {
            if (tree.remove(key) instanceof Long place) {
                bigRecords.free(place);
            }
        } catch (DBException | IllegalAccessError e) {
            throw failed("removing", e);
        } finally {
            restore(interrupted);
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public StoreCursor cursor(byte[] from) {
        try {
            return new TreeCursor(tree.entryIterator(from, true, null, false));
        } catch (DBException e) {
            throw failed("reading", e);
        }
    }

    @Override
    public long fileBytes() {
        return file.toFile().length();
    }

    @Override
    public void closeClean() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            db.commit();
            db.close();
        } catch (DBException e) {
            throw new IOException("Closing " + file + " failed.", e);
        } finally {
            restore(interrupted);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void discard() {
        boolean interrupted = Thread.interrupted();
        try {
            db.close();
            Files.deleteIfExists(file);
        } catch (IOException | RuntimeException e) {
            LOG.warn("event=store-discard-failed file={} cause={}", file, e.toString());
        } finally {
            restore(interrupted);
        }
    }

    private StoreException failed(String doing, Throwable cause) {
        return new StoreException(doing + " the store " + file + " failed: " + cause.getMessage(), cause);
    }

    /** Walks over the tree and fetches big records from beside it. */
    private final class TreeCursor implements StoreCursor {
        private final Iterator<? extends Map.Entry<byte[], Object>> entries;
        private byte[] key = new byte[0];
        private byte[] record = key;

        TreeCursor(Iterator<? extends Map.Entry<byte[], Object>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() {
            try {
                while (entries.hasNext()) {
                    Map.Entry<byte[], Object> entry = entries.next();
                    byte[] found = recordOf(entry.getKey(), entry.getValue());
                    if (found != null) {
                        key = entry.getKey();
                        record = found;
                        return true;
                    }
                }
                return false;
            } catch (DBException e) {
                throw failed("reading", e);
            }
        }

        /** The record; when it moved after its node was read, as it is now; null when the key is gone. */
        private byte @Nullable [] recordOf(byte[] entryKey, Object cell) {
            if (cell instanceof Long place) {
                byte[] found = bigRecords.get(place, entryKey);
                return found != null ? found : get(entryKey);
            }
            return (byte[]) cell;
        }

        @Override
        public byte[] key() {
            return key;
        }

        @Override
        public byte[] record() {
            return record;
        }
    }
}
