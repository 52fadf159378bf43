package io.ringkv.server.door;

import com.google.protobuf.WireFormat;
import java.util.Arrays;

/**
 * A growing array that protobuf fields are written into, without message objects in between.
 *
 * <p>Sizes of nested messages are computed before they are written, by the static methods. Not safe for use by several
 * threads.
 */
final class WireBuffer {
    private static final int LEAST_BYTES = 512;

    private byte[] bytes = new byte[LEAST_BYTES];
    private int length;

    int length() {
        return length;
    }

    /** What was written is the first {@link #length} bytes; the array changes with the next write. */
    byte[] array() {
        return bytes;
    }

    /** Makes the buffer empty, and small again if it has grown beyond {@code keptBytes}. */
    void reset(int keptBytes) {
        length = 0;
        if (bytes.length > keptBytes) {
            bytes = new byte[LEAST_BYTES];
        }
    }

    /** Makes room, so that writing so many bytes does not grow the array step by step. */
    void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
        }
    }

    /** A varint field; left out when 0, as proto3 does. */
    void writeVarint(int field, long value) {
        if (value != 0) {
            writeTag(field, WireFormat.WIRETYPE_VARINT);
            writeRawVarint(value);
        }
    }

    /** A {@code sint64} field; left out when 0. */
    void writeSigned(int field, long value) {
        writeVarint(field, zigzag(value));
    }

    /** A {@code bool} field; left out when false. */
    void writeBool(int field, boolean value) {
        writeVarint(field, value ? 1 : 0);
    }

    /** A {@code fixed64} field; left out when 0. */
    void writeFixed(int field, long value) {
        if (value != 0) {
            writeTag(field, WireFormat.WIRETYPE_FIXED64);
            reserve(Long.BYTES);
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                bytes[length++] = (byte) (value >>> shift);
            }
        }
    }

    /** A field of bytes, text or an encoded message; left out when empty. */
    void writeBytes(int field, byte[] value) {
        if (value.length > 0) {
            writeHeader(field, value.length);
            writeRaw(value, 0, value.length);
        }
    }

    /** A whole message that was encoded elsewhere. */
    void writeEncoded(byte[] message) {
        writeRaw(message, 0, message.length);
    }

    /** Tag and length of a nested message whose content follows. */
    void writeHeader(int field, int contentLength) {
        writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        writeRawVarint(contentLength);
    }

    private void writeTag(int field, int wireType) {
        writeRawVarint((long) field << 3 | wireType);
    }

    private void writeRaw(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    private void writeRawVarint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** Size of a varint field; 0 when the value is 0. */
    static int sizeOfVarint(int field, long value) {
        return value == 0 ? 0 : sizeOfTag(field) + sizeOfRawVarint(value);
    }

    static int sizeOfSigned(int field, long value) {
        return sizeOfVarint(field, zigzag(value));
    }

    static int sizeOfBool(int field, boolean value) {
        return sizeOfVarint(field, value ? 1 : 0);
    }

    static int sizeOfFixed(int field, long value) {
        return value == 0 ? 0 : sizeOfTag(field) + Long.BYTES;
    }

    /** Size of a field of bytes; 0 when it is empty. */
    static int sizeOfBytes(int field, int length) {
        return length == 0 ? 0 : sizeOfMessage(field, length);
    }

    /** Size of a nested message with its tag and length, also when it is empty. */
    static int sizeOfMessage(int field, int contentLength) {
        return sizeOfTag(field) + sizeOfRawVarint(contentLength) + contentLength;
    }

    private static int sizeOfTag(int field) {
        return sizeOfRawVarint((long) field << 3);
    }

    private static int sizeOfRawVarint(long value) {
        // Seven bits of the value in each byte; at least one byte.
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }
}
