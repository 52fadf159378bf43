package io.ringkv.server.storage.snapshot;

import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.MalformedBytesException;
import io.ringkv.server.shard.Digest;
import io.ringkv.server.shard.ShardMeta;
import io.ringkv.server.shard.ShardMetaCodec;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a snapshot, trusting nothing: every byte is covered by a checksum, every length is bounded, every count is compared,
 * order is checked. Any doubt is a {@link SnapshotCorruptException} and the file must not be used. One thread.
 */
public final class SnapshotReader implements Closeable {

    private final Path file;
    private final FileChannel channel;
    private final SnapshotHeader header;
    private final SnapshotTrailer trailer;
    private final CRC32C bodyCrc = new CRC32C();
    private ByteBuffer buffer = ByteBuffer.allocate(SnapshotFormat.CHUNK_BYTES * 2);

    private SnapshotReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        long size = channel.size();
        if (size < SnapshotFormat.HEADER_BYTES + SnapshotFormat.TRAILER_BYTES) {
            throw corrupt("it has " + size + " bytes");
        }
        try {
            header = SnapshotHeader.decode(readAt(0, SnapshotFormat.HEADER_BYTES));
            trailer = SnapshotTrailer.decode(readAt(size - SnapshotFormat.TRAILER_BYTES, SnapshotFormat.TRAILER_BYTES));
        } catch (IllegalArgumentException e) {
            throw corrupt(String.valueOf(e.getMessage()));
        }
        if (trailer.fileBytes() != size) {
            throw corrupt("it has " + size + " bytes and should have " + trailer.fileBytes());
        }
    }

    /**
     * Opens a file and checks header and trailer.
     *
     * @throws SnapshotCorruptException if it cannot be used
     */
    public static SnapshotReader open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new SnapshotReader(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** What the file says of itself. */
    public SnapshotHeader header() {
        return header;
    }

    /** Number of records. */
    public long keys() {
        return trailer.keys();
    }

    /** Bytes of internal keys and records. */
    public long dataBytes() {
        return trailer.dataBytes();
    }

    /** Digest that the state must have. */
    public Digest digest() {
        return trailer.digest();
    }

    /**
     * Reads everything and checks everything but the digest, which the caller recomputes from what it took.
     *
     * @throws SnapshotCorruptException if anything is wrong; what was handed out must then be thrown away
     */
    public void readAll(SnapshotVisitor visitor) throws IOException {
        bodyCrc.reset();
        bodyCrc.update(readAt(0, SnapshotFormat.HEADER_BYTES));
        long end = trailer.fileBytes() - SnapshotFormat.TRAILER_BYTES;
        SectionChecks checks = new SectionChecks(trailer);
        long position = SnapshotFormat.HEADER_BYTES;
        try {
            while (position < end) {
                SnapshotFrame frame = readFrame(position, end);
                bodyCrc.update(buffer.array(), 0, frame.size());
                checks.accept(frame, position);
                if (!frame.isEnd()) {
                    deliver(frame, checks, visitor);
                }
                position += frame.size();
            }
            checks.finish();
        } catch (MalformedBytesException | IllegalArgumentException e) {
            throw corrupt("at byte " + position + ": " + e.getMessage());
        }
        if ((int) bodyCrc.getValue() != trailer.bodyCrc()) {
            throw corrupt("the checksum of the whole file does not match");
        }
    }

    /**
     * Reads the records from {@code from}, inclusive, to {@code to}, exclusive, and little more of the file than needed. The
     * chunks that are read are checked, the rest of the file is not.
     *
     * @param to end of the range; null = to the last
     */
    public void readRange(byte[] from, byte @Nullable [] to, RecordConsumer consumer) throws IOException {
        long end = trailer.fileBytes() - SnapshotFormat.TRAILER_BYTES;
        long position = trailer.indexOffset();
        try {
            position = chunkBefore(from, end);
            while (position < end) {
                SnapshotFrame frame = readFrame(position, end);
                if (frame.section() != SnapshotFormat.DATA || frame.isEnd()) {
                    return;
                }
                ByteReader in = frame.payload();
                for (int i = 0; i < frame.items(); i++) {
                    byte[] key = in.readBytes(in.readLength());
                    byte[] record = in.readBytes(in.readLength());
                    if (to != null && Arrays.compareUnsigned(key, to) >= 0) {
                        return;
                    }
                    if (Arrays.compareUnsigned(key, from) >= 0) {
                        consumer.accept(key, record);
                    }
                }
                position += frame.size();
            }
        } catch (MalformedBytesException e) {
            throw corrupt("at byte " + position + ": " + e.getMessage());
        }
    }

    /** Takes records of a range. */
    @FunctionalInterface
    public interface RecordConsumer {
        void accept(byte[] key, byte[] record);
    }

    /** Offset of the last chunk of records that starts at or before the key; of the first when there is none. */
    private long chunkBefore(byte[] key, long end) throws IOException {
        long position = trailer.indexOffset();
        long found = -1;
        while (position < end) {
            SnapshotFrame frame = readFrame(position, end);
            if (frame.section() != SnapshotFormat.INDEX || frame.isEnd()) {
                break;
            }
            ByteReader in = frame.payload();
            for (int i = 0; i < frame.items(); i++) {
                long offset = in.readLong();
                byte[] first = in.readBytes(in.readLength());
                if (found >= 0 && Arrays.compareUnsigned(first, key) > 0) {
                    return found;
                }
                found = offset;
            }
            position += frame.size();
        }
        return found < 0 ? end : found;
    }

    private void deliver(SnapshotFrame frame, SectionChecks checks, SnapshotVisitor visitor) {
        ByteReader in = frame.payload();
        switch (frame.section()) {
            case SnapshotFormat.META -> {
                ShardMeta meta = ShardMetaCodec.decode(in);
                if (!header.agreesWith(meta)) {
                    throw new MalformedBytesException("the meta is not that of the header");
                }
                visitor.meta(meta);
            }
            case SnapshotFormat.CONFIGURATION -> visitor.configuration(in.readBytes(in.remaining()));
            case SnapshotFormat.SESSIONS -> {
                for (int i = 0; i < frame.items(); i++) {
                    int length = in.readLength();
                    ByteReader session = new ByteReader(in.array(), in.position(), length);
                    in.skip(length);
                    visitor.session(session);
                    checks.exhausted(session);
                }
            }
            case SnapshotFormat.DATA -> {
                for (int i = 0; i < frame.items(); i++) {
                    byte[] key = in.readBytes(in.readLength());
                    byte[] record = in.readBytes(in.readLength());
                    checks.ascends(key);
                    visitor.record(key, record);
                }
            }
            // The index, and optional sections of later releases: nothing to deliver.
            default -> in.skip(in.remaining());
        }
        checks.exhausted(in);
    }

    private SnapshotFrame readFrame(long position, long end) throws IOException {
        if (end - position < SnapshotFormat.FRAME_BYTES) {
            throw corrupt("at byte " + position + ": the frame of a chunk is cut");
        }
        buffer.clear().limit(SnapshotFormat.FRAME_BYTES);
        fill(position);
        int length = buffer.getInt(12);
        if (length < 0 || length > SnapshotFormat.MAX_CHUNK_BYTES) {
            throw corrupt("at byte " + position + ": a chunk of " + length + " bytes");
        }
        int size = SnapshotFormat.FRAME_BYTES + length;
        if (size > end - position) {
            throw corrupt("at byte " + position + ": a chunk reaches beyond the end");
        }
        if (size > buffer.capacity()) {
            buffer = ByteBuffer.allocate(size);
        }
        buffer.clear().limit(size);
        fill(position);
        if (SectionWriter.frameCrc(buffer.array(), size) != buffer.getInt(SnapshotFormat.FRAME_CRC_OFFSET)) {
            throw corrupt("at byte " + position + ": the checksum of a chunk does not match");
        }
        return new SnapshotFrame(buffer.array(), size);
    }

    private byte[] readAt(long position, int length) throws IOException {
        buffer.clear().limit(length);
        fill(position);
        return Arrays.copyOf(buffer.array(), length);
    }

    private void fill(long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw corrupt("it ends at byte " + (position + buffer.position()));
            }
        }
    }

    private SnapshotCorruptException corrupt(String fault) {
        return new SnapshotCorruptException(file, fault);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
