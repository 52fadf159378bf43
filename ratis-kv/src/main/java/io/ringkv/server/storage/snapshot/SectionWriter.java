package io.ringkv.server.storage.snapshot;

import io.ringkv.server.log.ByteWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** Writes sections as runs of checksummed chunks. Items are never split between chunks. One thread. */
final class SectionWriter {

    private final FileChannel channel;
    private final CRC32C bodyCrc = new CRC32C();

    /** The chunk at hand: its frame, then its payload. */
    private final ByteWriter chunk = new ByteWriter(SnapshotFormat.CHUNK_BYTES + (SnapshotFormat.CHUNK_BYTES >> 2));

    private long position;
    private int section;
    private int chunkNumber;
    private int itemsInChunk;
    private long items;
    private long bytes;

    SectionWriter(FileChannel channel) {
        this.channel = channel;
    }

    /** Bytes written; while a chunk is empty, where it will start. */
    long position() {
        return position;
    }

    /** CRC-32C of all bytes written. */
    int crc() {
        return (int) bodyCrc.getValue();
    }

    void begin(int tag) {
        section = tag;
        chunkNumber = 0;
        items = 0;
        bytes = 0;
        beginChunk();
    }

    /** Where the bytes of the item at hand go. */
    ByteWriter writer() {
        return chunk;
    }

    /**
     * Ends an item.
     *
     * @return whether the next one starts a new chunk
     */
    boolean endItem() throws IOException {
        itemsInChunk++;
        if (chunk.size() - SnapshotFormat.FRAME_BYTES < SnapshotFormat.CHUNK_BYTES) {
            return false;
        }
        flushChunk(0);
        return true;
    }

    /**
     * Ends the section.
     *
     * @return number of its items
     */
    long end() throws IOException {
        if (itemsInChunk > 0) {
            flushChunk(0);
        }
        long total = items;
        chunk.writeLong(total).writeLong(bytes);
        flushChunk(SnapshotFormat.FLAG_END);
        return total;
    }

    private void beginChunk() {
        itemsInChunk = 0;
        chunk.clear();
        for (int i = 0; i < SnapshotFormat.FRAME_BYTES / Integer.BYTES; i++) {
            chunk.writeInt(0);
        }
    }

    private void flushChunk(int endFlag) throws IOException {
        int length = chunk.size() - SnapshotFormat.FRAME_BYTES;
        int flags = endFlag | (SnapshotFormat.isRequired(section) ? SnapshotFormat.FLAG_REQUIRED : 0);
        chunk.putInt(0, section << Short.SIZE | flags);
        chunk.putInt(4, chunkNumber++);
        chunk.putInt(8, itemsInChunk);
        chunk.putInt(12, length);
        chunk.putInt(SnapshotFormat.FRAME_CRC_OFFSET, frameCrc(chunk.array(), chunk.size()));
        items += itemsInChunk;
        bytes += endFlag == 0 ? length : 0;
        write(chunk.array(), chunk.size());
        beginChunk();
    }

    /** Checksum of a frame with its payload, its own four bytes left out. */
    static int frameCrc(byte[] frame, int size) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, SnapshotFormat.FRAME_CRC_OFFSET);
        crc.update(frame, SnapshotFormat.FRAME_BYTES, size - SnapshotFormat.FRAME_BYTES);
        return (int) crc.getValue();
    }

    void writeRaw(byte[] raw) throws IOException {
        write(raw, raw.length);
    }

    private void write(byte[] array, int size) throws IOException {
        bodyCrc.update(array, 0, size);
        ByteBuffer buffer = ByteBuffer.wrap(array, 0, size);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        position += size;
    }
}
