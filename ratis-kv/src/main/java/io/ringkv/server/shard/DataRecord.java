package io.ringkv.server.shard;

import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.ByteWriter;
import io.ringkv.server.log.MalformedBytesException;

/**
 * What is stored under a data key, read in place: revisions, version count, optional tagged fields, value. Byte by byte in
 * docs/formats.md.
 *
 * <p>Fields with tags that this release does not know are kept when a record is changed in place, and dropped, like every
 * field, when it is replaced.
 *
 * @param createRevision shard revision at creation
 * @param modRevision shard revision of the last change
 * @param version number of changes since creation, 1 or more
 * @param bytes the encoded record
 * @param fieldsOffset where the tagged fields start in it
 * @param fieldsLength their length, 0 when there are none
 * @param valueOffset where the value starts; it reaches to the end
 */
public record DataRecord(
        long createRevision,
        long modRevision,
        long version,
        byte[] bytes,
        int fieldsOffset,
        int fieldsLength,
        int valueOffset) {

    /** Tag reserved for the expiry, in shard time. */
    public static final int TAG_EXPIRY = 1;

    /** Tag reserved for the intent or transaction that wrote the record. */
    public static final int TAG_INTENT = 2;

    /** Tag reserved for a hybrid timestamp. */
    public static final int TAG_HYBRID_TIMESTAMP = 3;

    /** Tag reserved for the content type. */
    public static final int TAG_CONTENT_TYPE = 4;

    private static final int FLAG_FIELDS = 1;
    private static final byte[] NO_FIELDS = new byte[0];

    /**
     * Reads a record.
     *
     * @throws MalformedBytesException if it is none, or has flags this release does not know
     */
    public static DataRecord parse(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        long flags = in.readVarint();
        if ((flags & ~FLAG_FIELDS) != 0) {
            throw new MalformedBytesException("record flags 0x" + Long.toHexString(flags) + " (known: 0x1)");
        }
        long createRevision = in.readVarint();
        long modRevision = createRevision + in.readVarint();
        long version = in.readVarint();
        int fieldsLength = (flags & FLAG_FIELDS) != 0 ? in.readLength() : 0;
        int fieldsOffset = in.position();
        in.skip(fieldsLength);
        return new DataRecord(createRevision, modRevision, version, bytes, fieldsOffset, fieldsLength, in.position());
    }

    /** Encodes a record without tagged fields. */
    public static byte[] encode(
            long createRevision, long modRevision, long version, byte[] value, int offset, int length) {
        return encode(createRevision, modRevision, version, NO_FIELDS, 0, 0, value, offset, length);
    }

    /** Encodes this record with another value, keeping its tagged fields. */
    public byte[] encodeChanged(long newModRevision, long newVersion, byte[] value) {
        return encode(
                createRevision, newModRevision, newVersion, bytes, fieldsOffset, fieldsLength, value, 0, value.length);
    }

    /** Encodes a record with tagged fields: a run of (varint tag, varint length, bytes), by ascending tag. */
    public static byte[] encode(long createRevision, long modRevision, long version, byte[] fields, byte[] value) {
        return encode(createRevision, modRevision, version, fields, 0, fields.length, value, 0, value.length);
    }

    private static byte[] encode(
            long createRevision,
            long modRevision,
            long version,
            byte[] fields,
            int fieldsOffset,
            int fieldsLength,
            byte[] value,
            int offset,
            int length) {
        long age = modRevision - createRevision;
        int size = 1
                + ByteWriter.varintBytes(createRevision)
                + ByteWriter.varintBytes(age)
                + ByteWriter.varintBytes(version)
                + (fieldsLength == 0 ? 0 : ByteWriter.varintBytes(fieldsLength) + fieldsLength)
                + length;
        ByteWriter out = new ByteWriter(size);
        out.writeVarint(fieldsLength == 0 ? 0 : FLAG_FIELDS)
                .writeVarint(createRevision)
                .writeVarint(age)
                .writeVarint(version);
        if (fieldsLength != 0) {
            out.writeVarint(fieldsLength).writeBytes(fields, fieldsOffset, fieldsLength);
        }
        return out.writeBytes(value, offset, length).toByteArray();
    }

    /** Length of the value. */
    public int valueLength() {
        return bytes.length - valueOffset;
    }

    /** A copy of the value. */
    public byte[] value() {
        byte[] value = new byte[valueLength()];
        System.arraycopy(bytes, valueOffset, value, 0, value.length);
        return value;
    }
}
