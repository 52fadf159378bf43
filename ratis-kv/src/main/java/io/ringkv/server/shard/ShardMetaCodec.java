package io.ringkv.server.shard;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.ByteWriter;
import io.ringkv.server.log.MalformedBytesException;
import java.util.UUID;

/** Bytes of {@link ShardMeta} in snapshots, clean markers and the digest. See docs/formats.md. */
public final class ShardMetaCodec {

    private static final int LAYOUT = 1;
    private static final int FLAG_FROZEN = 1;
    private static final int CAPACITY = 96;

    private ShardMetaCodec() {}

    /** Bytes of a meta. */
    public static byte[] encode(ShardMeta meta) {
        UUID lineage = meta.lineage().value();
        return new ByteWriter(CAPACITY)
                .writeByte(LAYOUT)
                .writeByte(meta.frozen() ? FLAG_FROZEN : 0)
                .writeInt(meta.shard().value())
                .writeInt(meta.incarnation())
                .writeInt(meta.level())
                .writeLong(lineage.getMostSignificantBits())
                .writeLong(lineage.getLeastSignificantBits())
                .writeLong(meta.range().startExclusive().bits())
                .writeLong(meta.range().endInclusive().bits())
                .writeVarint(meta.rangeEpoch())
                .writeVarint(meta.replicaEpoch())
                .writeVarint(meta.currentOperation())
                .writeVarint(meta.revision())
                .writeVarint(meta.shardTimeMillis())
                .writeVarint(meta.lowestRetainedRevision())
                .toByteArray();
    }

    /**
     * Reads a meta.
     *
     * @throws MalformedBytesException if the bytes are no meta this release can read
     */
    public static ShardMeta decode(ByteReader in) {
        int layout = in.readByte();
        int flags = in.readByte();
        if (layout != LAYOUT || (flags & ~FLAG_FROZEN) != 0) {
            throw new MalformedBytesException("shard meta of layout " + layout + ", flags " + flags);
        }
        try {
            ShardId shard = new ShardId(in.readInt());
            int incarnation = in.readInt();
            int level = in.readInt();
            GroupId lineage = new GroupId(new UUID(in.readLong(), in.readLong()));
            TokenRange range = new TokenRange(new Token(in.readLong()), new Token(in.readLong()));
            long rangeEpoch = in.readVarint();
            long replicaEpoch = in.readVarint();
            long currentOperation = in.readVarint();
            long revision = in.readVarint();
            long shardTimeMillis = in.readVarint();
            return new ShardMeta(
                    shard,
                    lineage,
                    incarnation,
                    range,
                    rangeEpoch,
                    replicaEpoch,
                    currentOperation,
                    revision,
                    shardTimeMillis,
                    level,
                    (flags & FLAG_FROZEN) != 0,
                    in.readVarint());
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("shard meta: " + e.getMessage());
        }
    }
}
