package io.ringkv.server.storage;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.ByteWriter;
import io.ringkv.server.log.MalformedBytesException;
import io.ringkv.server.shard.ClientSession;
import io.ringkv.server.shard.Digest;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.SessionCodec;
import io.ringkv.server.shard.ShardMeta;
import io.ringkv.server.shard.ShardMetaCodec;
import io.ringkv.server.shard.ShardState;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Says that a replica was closed in good order: which file holds its records, and everything that is not in that file.
 * Written last when closing, removed durably before the first change after opening, so that its presence means that nothing
 * was changed since.
 *
 * <p>Believed only if its own checksum, the file's length and checksum, shard and incarnation, and the digest are right, and
 * if the Raft log or a snapshot holds exactly its position.
 *
 * @param bootId boot of the host at closing
 * @param position last applied entry
 * @param storeName name of the store's file
 * @param storeBytes its length
 * @param storeCrc CRC-32C of the file
 * @param state records counted, sessions, meta
 * @param configuration the Raft configuration, opaque; empty when unknown
 */
public record CleanMarker(
        String bootId,
        Position position,
        String storeName,
        long storeBytes,
        int storeCrc,
        ShardState state,
        byte[] configuration) {

    /** "RKCLEAN" and the format. */
    private static final long MAGIC = 0x524b434c45414e01L;

    private static final int CAPACITY = 1024;

    /** Whether the replica belonged to this life of this shard. */
    public boolean isOf(ShardId shard, int incarnation) {
        return meta().shard().equals(shard) && meta().incarnation() == incarnation;
    }

    /** Digest of the whole state. */
    public Digest digest() {
        return state.digest();
    }

    private ShardMeta meta() {
        ShardMeta meta = state.meta();
        if (meta == null) {
            throw new IllegalStateException("A replica without shard has no clean marker.");
        }
        return meta;
    }

    /** Bytes of the marker. */
    public byte[] encode() {
        ByteWriter out = new ByteWriter(CAPACITY);
        out.writeLong(MAGIC);
        writeRun(out, bootId.getBytes(StandardCharsets.UTF_8));
        out.writeLong(position.term()).writeLong(position.index());
        writeRun(out, storeName.getBytes(StandardCharsets.UTF_8));
        out.writeLong(storeBytes).writeInt(storeCrc);
        writeRun(out, ShardMetaCodec.encode(meta()));
        writeDigest(out, state.recordDigest());
        out.writeVarint(state.keys()).writeVarint(state.dataBytes());
        out.writeVarint(state.sessions().size());
        for (ClientSession session : state.sessions().freeze()) {
            writeRun(out, SessionCodec.encode(session));
        }
        writeDigest(out, digest());
        writeRun(out, configuration);
        CRC32C crc = new CRC32C();
        crc.update(out.array(), 0, out.size());
        return out.writeInt((int) crc.getValue()).toByteArray();
    }

    /**
     * Reads a marker.
     *
     * @throws MalformedBytesException if it is not whole, or of another format
     */
    public static CleanMarker decode(byte[] bytes) {
        if (bytes.length < Long.BYTES + Integer.BYTES) {
            throw new MalformedBytesException("a marker of " + bytes.length + " bytes");
        }
        int end = bytes.length - Integer.BYTES;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        if ((int) crc.getValue() != new ByteReader(bytes, end, Integer.BYTES).readInt()) {
            throw new MalformedBytesException("the checksum of the marker does not match");
        }
        ByteReader in = new ByteReader(bytes, 0, end);
        if (in.readLong() != MAGIC) {
            throw new MalformedBytesException("a marker of another format");
        }
        try {
            return decodeFields(in);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("marker: " + e.getMessage());
        }
    }

    private static CleanMarker decodeFields(ByteReader in) {
        String bootId = new String(in.readBytes(in.readLength()), StandardCharsets.UTF_8);
        Position position = new Position(in.readLong(), in.readLong());
        String storeName = new String(in.readBytes(in.readLength()), StandardCharsets.UTF_8);
        long storeBytes = in.readLong();
        int storeCrc = in.readInt();
        ShardState state = new ShardState();
        state.setMeta(ShardMetaCodec.decode(new ByteReader(in.readBytes(in.readLength()))));
        Digest recordDigest = new Digest(in.readLong(), in.readLong());
        state.restoreRecords(recordDigest, in.readVarint(), in.readVarint());
        int sessions = in.readLength();
        for (int i = 0; i < sessions; i++) {
            SessionCodec.decode(new ByteReader(in.readBytes(in.readLength())), state.sessions());
        }
        Digest digest = new Digest(in.readLong(), in.readLong());
        if (!digest.equals(state.digest())) {
            throw new MalformedBytesException("the digest of the marker does not match its contents");
        }
        byte[] configuration = in.readBytes(in.readLength());
        if (in.remaining() != 0) {
            throw new MalformedBytesException(in.remaining() + " bytes behind the marker");
        }
        return new CleanMarker(bootId, position, storeName, storeBytes, storeCrc, state, configuration);
    }

    private static void writeRun(ByteWriter out, byte[] run) {
        out.writeVarint(run.length).writeBytes(run);
    }

    private static void writeDigest(ByteWriter out, Digest digest) {
        out.writeLong(digest.high()).writeLong(digest.low());
    }
}
