package io.ringkv.server.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes the fields of our formats into an array that grows; the counterpart of {@link ByteReader}. One thread.
 */
public final class ByteWriter {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int size;

    /** @param capacity bytes to begin with; when it is exact, {@link #toByteArray} does not copy */
    public ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** Bytes that {@link #writeVarint} takes for the value. */
    public static int varintBytes(long value) {
        // 1 byte per begun 7 bits: (bits + 6) / 7, and 1 for zero.
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    /** Bytes written so far. */
    public int size() {
        return size;
    }

    /** What was written, without a copy: valid up to {@link #size()}, until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** Forgets what was written, keeps the space. */
    public void clear() {
        size = 0;
    }

    public ByteWriter writeByte(int value) {
        int at = grow(1);
        bytes[at] = (byte) value;
        return this;
    }

    public ByteWriter writeShort(int value) {
        int at = grow(Short.BYTES);
        SHORT.set(bytes, at, (short) value);
        return this;
    }

    public ByteWriter writeInt(int value) {
        int at = grow(Integer.BYTES);
        INT.set(bytes, at, value);
        return this;
    }

    public ByteWriter writeLong(long value) {
        int at = grow(Long.BYTES);
        LONG.set(bytes, at, value);
        return this;
    }

    public ByteWriter writeVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            int at = grow(1);
            bytes[at] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        int at = grow(1);
        bytes[at] = (byte) rest;
        return this;
    }

    public ByteWriter writeBytes(byte[] source) {
        return writeBytes(source, 0, source.length);
    }

    public ByteWriter writeBytes(byte[] source, int offset, int length) {
        int at = grow(length);
        System.arraycopy(source, offset, bytes, at, length);
        return this;
    }

    /** Overwrites four bytes that were written before. */
    public void putInt(int index, int value) {
        INT.set(bytes, index, value);
    }

    /** What was written; the array itself when it is exactly full, else a copy. */
    public byte[] toByteArray() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    /** Reserves bytes; to be called before {@code bytes} is looked at, which it may replace. */
    private int grow(int count) {
        int from = size;
        if (count > bytes.length - from) {
            bytes = Arrays.copyOf(bytes, (int)
                    Math.min(Integer.MAX_VALUE - 8, Math.max(2L * bytes.length, (long) from + count)));
        }
        size = from + count;
        return from;
    }
}
