package io.ringkv.server.storage.snapshot;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.ByteWriter;
import io.ringkv.server.log.LogFormat;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardMeta;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * What a snapshot says of itself, readable without the rest.
 *
 * @param lineage identity of the shard that survives splits and restores; unique over all clusters
 * @param shard number of the shard
 * @param incarnation which life of the shard
 * @param range tokens the shard was responsible for
 * @param rangeEpoch epoch of the range
 * @param replicaEpoch epoch of the replicas
 * @param level log level in force
 * @param position last log entry contained
 * @param revision revision of the shard
 */
public record SnapshotHeader(
        GroupId lineage,
        int shard,
        int incarnation,
        TokenRange range,
        long rangeEpoch,
        long replicaEpoch,
        int level,
        Position position,
        long revision) {

    /** Header of a snapshot of this state. */
    public static SnapshotHeader of(ShardMeta meta, Position position) {
        return new SnapshotHeader(
                meta.lineage(),
                meta.shard().value(),
                meta.incarnation(),
                meta.range(),
                meta.rangeEpoch(),
                meta.replicaEpoch(),
                meta.level(),
                position,
                meta.revision());
    }

    /** Whether the meta in the file is the one the header speaks of. */
    boolean agreesWith(ShardMeta meta) {
        return equals(of(meta, position));
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(SnapshotFormat.HEADER_BYTES);
        out.writeLong(SnapshotFormat.MAGIC).writeInt(SnapshotFormat.FORMAT).writeInt(SnapshotFormat.HEADER_BYTES);
        UUID uuid = lineage.value();
        out.writeLong(uuid.getMostSignificantBits()).writeLong(uuid.getLeastSignificantBits());
        out.writeInt(shard)
                .writeInt(incarnation)
                .writeLong(range.startExclusive().bits())
                .writeLong(range.endInclusive().bits())
                .writeLong(rangeEpoch)
                .writeLong(replicaEpoch)
                .writeInt(level)
                .writeInt(0)
                .writeLong(position.term())
                .writeLong(position.index())
                .writeLong(revision)
                .writeLong(0)
                .writeLong(0)
                .writeInt(0);
        return out.writeInt(crc(out.array())).toByteArray();
    }

    /**
     * Reads a header.
     *
     * @throws IllegalArgumentException naming the fault, as a clause
     */
    static SnapshotHeader decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        if (in.readLong() != SnapshotFormat.MAGIC) {
            throw new IllegalArgumentException("it does not begin like a snapshot");
        }
        int format = in.readInt();
        int length = in.readInt();
        if (format != SnapshotFormat.FORMAT || length != SnapshotFormat.HEADER_BYTES) {
            throw new IllegalArgumentException("it is of format " + format + " (known: " + SnapshotFormat.FORMAT + ")");
        }
        if (new ByteReader(bytes, SnapshotFormat.HEADER_BYTES - Integer.BYTES, Integer.BYTES).readInt() != crc(bytes)) {
            throw new IllegalArgumentException("the checksum of its header does not match");
        }
        GroupId lineage = new GroupId(new UUID(in.readLong(), in.readLong()));
        int shard = in.readInt();
        int incarnation = in.readInt();
        TokenRange range = new TokenRange(new Token(in.readLong()), new Token(in.readLong()));
        long rangeEpoch = in.readLong();
        long replicaEpoch = in.readLong();
        int level = in.readInt();
        if (level > LogFormat.HIGHEST_LEVEL || level < LogFormat.LOWEST_LEVEL) {
            throw new IllegalArgumentException(
                    "it is of level " + level + " (known: up to " + LogFormat.HIGHEST_LEVEL + ")");
        }
        if (in.readInt() != 0) {
            throw new IllegalArgumentException("its header has unknown flags");
        }
        Position position = new Position(in.readLong(), in.readLong());
        return new SnapshotHeader(
                lineage, shard, incarnation, range, rangeEpoch, replicaEpoch, level, position, in.readLong());
    }

    private static int crc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, SnapshotFormat.HEADER_BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }
}
