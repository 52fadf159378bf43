package io.ringkv.server.storage.mapdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import kotlin.collections.LongIterator;
import org.jspecify.annotations.Nullable;
import org.mapdb.DBException;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.Serializer;
import org.mapdb.StoreBinary;
import org.mapdb.StoreBinaryGetLong;

/**
 * A MapDB store in which every record, be it a node of the tree or a big record beside it, ends with a checksum that is
 * verified whenever the record is read: MapDB has none of its own, and what lies in mapped memory may be changed by the disk
 * or the memory below it at any time, while the server runs.
 *
 * <p>Invariant: no byte of a record is interpreted before its checksum was found right. The checksum is bound to the number of
 * the record, so that a damaged pointer, which leads to another record that is whole, is found too. What it cannot find is a
 * write that the disk has lost without a trace; the digest of the whole state, recomputed with every snapshot, does.
 *
 * <p>Thread-safe as the store below.
 */
final class ChecksummedStore implements StoreBinary {

    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final StoreBinary store;

    ChecksummedStore(StoreBinary store) {
        this.store = store;
    }

    private static int bind(CRC32C crc, long recid) {
        return (int) crc.getValue() ^ (int) ((recid * SPREAD) >>> Integer.SIZE);
    }

    /** Leaves the input at the first byte of the record. */
    private static void verify(long recid, DataInput2 input, int size) {
        if (size < CHECKSUM_BYTES) {
            throw damaged(recid, "it has " + size + " bytes");
        }
        int length = size - CHECKSUM_BYTES;
        int from = input.getPos();
        CRC32C crc = new CRC32C();
        ByteBuffer mapped = input.internalByteBuffer();
        if (mapped == null) {
            crc.update(input.internalByteArray(), from, length);
        } else {
            crc.update(mapped.duplicate().limit(from + length).position(from));
        }
        int stored;
        try {
            input.setPos(from + length);
            stored = input.readInt();
        } catch (IOException e) {
            throw damaged(recid, String.valueOf(e.getMessage()));
        }
        input.setPos(from);
        if (stored != bind(crc, recid)) {
            throw damaged(recid, "its checksum is wrong");
        }
    }

    private static DBException damaged(long recid, String how) {
        return new DBException.DataCorruption("STORE_CORRUPT: record " + recid + " is damaged: " + how);
    }

    /** Writes and reads one record with its checksum. */
    private record Checked<R>(long recid, Serializer<R> serializer) implements Serializer<R> {
        @Override
        public void serialize(DataOutput2 out, R value) throws IOException {
            int from = out.pos;
            serializer.serialize(out, value);
            CRC32C crc = new CRC32C();
            crc.update(out.buf, from, out.pos - from);
            out.writeInt(bind(crc, recid));
        }

        @Override
        public R deserialize(DataInput2 input, int available) throws IOException {
            verify(recid, input, available);
            return serializer.deserialize(input, available - CHECKSUM_BYTES);
        }

        @Override
        public boolean isTrusted() {
            return serializer.isTrusted();
        }

        @Override
        public boolean equals(R first, R second) {
            return serializer.equals(first, second);
        }
    }

    @Override
    public long getBinaryLong(long recid, StoreBinaryGetLong reader) {
        return store.getBinaryLong(recid, (input, size) -> {
            verify(recid, input, size);
            return reader.get(input, size - CHECKSUM_BYTES);
        });
    }

    @Override
    public <R> @Nullable R get(long recid, Serializer<R> serializer) {
        return store.get(recid, new Checked<>(recid, serializer));
    }

    /** The number of a record is part of its checksum, so it is found before the record is written. */
    @Override
    public <R> long put(@Nullable R value, Serializer<R> serializer) {
        if (value == null) {
            return store.put(null, serializer);
        }
        long recid = store.preallocate();
        store.update(recid, value, new Checked<>(recid, serializer));
        return recid;
    }

    @Override
    public <R> void update(long recid, @Nullable R value, Serializer<R> serializer) {
        store.update(recid, value, new Checked<>(recid, serializer));
    }

    @Override
    public <R> boolean compareAndSwap(long recid, @Nullable R expected, @Nullable R value, Serializer<R> serializer) {
        return store.compareAndSwap(recid, expected, value, new Checked<>(recid, serializer));
    }

    @Override
    public <R> void delete(long recid, Serializer<R> serializer) {
        store.delete(recid, new Checked<>(recid, serializer));
    }

    @Override
    public long preallocate() {
        return store.preallocate();
    }

    @Override
    public void commit() {
        store.commit();
    }

    @Override
    public void compact() {
        store.compact();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public boolean isClosed() {
        return store.isClosed();
    }

    @Override
    public void verify() {
        store.verify();
    }

    @Override
    public boolean isReadOnly() {
        return store.isReadOnly();
    }

    @Override
    public boolean fileLoad() {
        return store.fileLoad();
    }

    @Override
    public LongIterator getAllRecids() {
        return store.getAllRecids();
    }

    @Override
    public Iterable<String> getAllFiles() {
        return store.getAllFiles();
    }

    @Override
    public boolean isThreadSafe() {
        return store.isThreadSafe();
    }

    @Override
    public void checkThreadSafe() {
        store.checkThreadSafe();
    }
}
