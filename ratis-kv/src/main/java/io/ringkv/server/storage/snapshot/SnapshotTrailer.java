package io.ringkv.server.storage.snapshot;

import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.ByteWriter;
import io.ringkv.server.shard.Digest;
import java.util.zip.CRC32C;

/**
 * The end of a snapshot: proves that the file is whole.
 *
 * @param fileBytes length of the file, this trailer included
 * @param indexOffset where the section with the chunk index starts
 * @param keys number of records
 * @param dataBytes bytes of internal keys and records
 * @param sessions number of sessions
 * @param digest digest of the state
 * @param bodyCrc CRC-32C of all bytes before the trailer
 */
record SnapshotTrailer(
        long fileBytes, long indexOffset, long keys, long dataBytes, long sessions, Digest digest, int bodyCrc) {

    private static final int RESERVED_BYTES = 8;

    byte[] encode() {
        ByteWriter out = new ByteWriter(SnapshotFormat.TRAILER_BYTES);
        out.writeLong(SnapshotFormat.END_MAGIC)
                .writeInt(SnapshotFormat.TRAILER_BYTES)
                .writeInt(0)
                .writeLong(fileBytes)
                .writeLong(indexOffset)
                .writeLong(keys)
                .writeLong(dataBytes)
                .writeLong(sessions)
                .writeLong(digest.high())
                .writeLong(digest.low())
                .writeLong(0)
                .writeLong(0)
                .writeInt(bodyCrc);
        return out.writeInt(crc(out.array())).toByteArray();
    }

    /**
     * Reads a trailer.
     *
     * @throws IllegalArgumentException naming the fault, as a clause
     */
    static SnapshotTrailer decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        if (in.readLong() != SnapshotFormat.END_MAGIC || in.readInt() != SnapshotFormat.TRAILER_BYTES) {
            throw new IllegalArgumentException("it does not end like a snapshot");
        }
        if (new ByteReader(bytes, bytes.length - Integer.BYTES, Integer.BYTES).readInt() != crc(bytes)) {
            throw new IllegalArgumentException("the checksum of its trailer does not match");
        }
        if (in.readInt() != 0) {
            throw new IllegalArgumentException("its trailer has unknown flags");
        }
        long fileBytes = in.readLong();
        long indexOffset = in.readLong();
        long keys = in.readLong();
        long dataBytes = in.readLong();
        long sessions = in.readLong();
        Digest digest = new Digest(in.readLong(), in.readLong());
        in.skip(2 * RESERVED_BYTES);
        return new SnapshotTrailer(fileBytes, indexOffset, keys, dataBytes, sessions, digest, in.readInt());
    }

    private static int crc(byte[] trailer) {
        CRC32C crc = new CRC32C();
        crc.update(trailer, 0, SnapshotFormat.TRAILER_BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }
}
