package io.ringkv.server.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads the fields of our formats from a slice of an array, in place: fixed-size numbers big-endian, varints as unsigned
 * LEB128 of at most ten bytes.
 *
 * <p>Never reads outside the slice; what does not fit is a {@link MalformedBytesException}. Reusable by {@link #reset}.
 * One thread.
 */
public final class ByteReader {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int VARINT_LAST_SHIFT = 63;

    private byte[] bytes;
    private int position;
    private int end;

    /** Reads a whole array. */
    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads {@code length} bytes from {@code offset}. */
    public ByteReader(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    /** Starts over with another slice. */
    public void reset(byte[] newBytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, newBytes.length);
        bytes = newBytes;
        position = offset;
        end = offset + length;
    }

    /** Index in the array of the next byte to be read. */
    public int position() {
        return position;
    }

    /** Bytes not read yet. */
    public int remaining() {
        return end - position;
    }

    /** The array that is read. */
    public byte[] array() {
        return bytes;
    }

    /** An unsigned byte. */
    public int readByte() {
        return bytes[take(1)] & 0xff;
    }

    /** An unsigned 16-bit number. */
    public int readShort() {
        return (short) SHORT.get(bytes, take(Short.BYTES)) & 0xffff;
    }

    /** A 32-bit number. */
    public int readInt() {
        return (int) INT.get(bytes, take(Integer.BYTES));
    }

    /** A 64-bit number. */
    public long readLong() {
        return (long) LONG.get(bytes, take(Long.BYTES));
    }

    /** An unsigned varint of up to 64 bits. */
    public long readVarint() {
        long value = 0;
        for (int shift = 0; shift <= VARINT_LAST_SHIFT; shift += 7) {
            int next = bytes[take(1)];
            if (shift == VARINT_LAST_SHIFT && (next & 0xfe) != 0) {
                break;
            }
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedBytesException("varint longer than 64 bits, ending at byte " + position);
    }

    /** A varint that is a count or a length: at most what is left to read, one byte each. */
    public int readLength() {
        long value = readVarint();
        if (value < 0 || value > remaining()) {
            throw new MalformedBytesException(
                    "length " + Long.toUnsignedString(value) + " at byte " + position + " (left: " + remaining() + ")");
        }
        return (int) value;
    }

    /** Passes over bytes. */
    public void skip(int count) {
        take(count);
    }

    /** Copies the next bytes. */
    public byte[] readBytes(int count) {
        int from = take(count);
        return Arrays.copyOfRange(bytes, from, from + count);
    }

    private int take(int count) {
        int from = position;
        if (count < 0 || count > end - from) {
            throw new MalformedBytesException(
                    "need " + count + " bytes at byte " + from + " (left: " + (end - from) + ")");
        }
        position = from + count;
        return from;
    }
}
