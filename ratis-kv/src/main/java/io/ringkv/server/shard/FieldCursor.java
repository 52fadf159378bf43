package io.ringkv.server.shard;

import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.MalformedBytesException;

/**
 * Walks over the fields of an encoded protobuf message in place.
 *
 * <p>Written by hand because apply runs it for every operation: nothing is copied, and what a body means does not depend on
 * the version of a library. Unknown fields are passed over; groups, which no proto3 message has, are malformed. One thread;
 * reusable.
 */
final class FieldCursor {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;
    private static final byte[] EMPTY = new byte[0];

    private final ByteReader in = new ByteReader(EMPTY);
    private int field;
    private boolean delimited;
    private long number;
    private int offset;
    private int length;

    /** Starts at a message. */
    void reset(byte[] bytes, int messageOffset, int messageLength) {
        in.reset(bytes, messageOffset, messageLength);
    }

    /**
     * Moves to the next field.
     *
     * @return its number, 0 at the end
     * @throws MalformedBytesException if the bytes are no message
     */
    int next() {
        if (in.remaining() == 0) {
            return 0;
        }
        long tag = in.readVarint();
        long fieldNumber = tag >>> 3;
        if (fieldNumber == 0 || fieldNumber > 0x1fff_ffffL) {
            throw new MalformedBytesException("field number " + fieldNumber);
        }
        field = (int) fieldNumber;
        delimited = false;
        number = 0;
        length = 0;
        offset = in.position();
        switch ((int) tag & 7) {
            case VARINT -> number = in.readVarint();
            case FIXED64 -> in.skip(Long.BYTES);
            case FIXED32 -> in.skip(Integer.BYTES);
            case LENGTH_DELIMITED -> {
                length = in.readLength();
                offset = in.position();
                in.skip(length);
                delimited = true;
            }
            default -> throw new MalformedBytesException("wire type " + (tag & 7) + " of field " + field);
        }
        return field;
    }

    /** Refuses a field that should hold bytes or a message and does not. */
    void expectDelimited() {
        if (!delimited) {
            throw new MalformedBytesException("field " + field + " is not length-delimited");
        }
    }

    /** The field as varint. */
    long varint() {
        if (delimited) {
            throw new MalformedBytesException("field " + field + " is not a varint");
        }
        return number;
    }

    /** The field as zigzag-encoded signed number. */
    long signed() {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    /** The field as a flag that may only be sent when true. */
    void expectTrue() {
        if (varint() == 0) {
            throw new MalformedBytesException("field " + field + " must be true when it is present");
        }
    }

    byte[] array() {
        return in.array();
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
