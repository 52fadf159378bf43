package io.ringkv.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes: a key or a value. Ordered as unsigned bytes, which is the order of a scan.
 *
 * <p>Safe for use by any thread, as an element of sets and as a key of maps.
 */
public final class Bytes implements Comparable<Bytes> {

    private static final Bytes EMPTY = new Bytes(new byte[0]);
    private static final int PRINTED_BYTES = 64;

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** No bytes. */
    public static Bytes empty() {
        return EMPTY;
    }

    /** The bytes that are in the array now. */
    public static Bytes copyOf(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array.clone());
    }

    /** The array itself, without a copy: the caller promises never to change it again. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array);
    }

    /** The text in UTF-8. */
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Number of bytes. */
    public int size() {
        return array.length;
    }

    /** Whether there are no bytes. */
    public boolean isEmpty() {
        return array.length == 0;
    }

    /**
     * One byte.
     *
     * @throws IndexOutOfBoundsException if there is none at the index
     */
    public byte at(int index) {
        return array[index];
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return array.clone();
    }

    /** The array itself, for readers inside this package. */
    byte[] array() {
        return array;
    }

    /** The bytes themselves, read-only, without a copy. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    /** The text, with U+FFFD in the place of what is not UTF-8. */
    public String toUtf8() {
        return new String(array, StandardCharsets.UTF_8);
    }

    /** The text, if the bytes are UTF-8 throughout. */
    public Optional<String> asUtf8() {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(asByteBuffer()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Whether these bytes begin with the others. */
    public boolean startsWith(Bytes prefix) {
        return array.length >= prefix.array.length
                && Arrays.equals(array, 0, prefix.array.length, prefix.array, 0, prefix.array.length);
    }

    /** These bytes followed by a zero byte: the smallest sequence above these. */
    public Bytes successor() {
        return new Bytes(Arrays.copyOf(array, array.length + 1));
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    /** For people: the text if it is short and printable, else the beginning in hexadecimal digits, and the size. */
    @Override
    public String toString() {
        boolean printable = array.length <= PRINTED_BYTES;
        for (int i = 0; printable && i < array.length; i++) {
            printable = array[i] >= ' ' && array[i] <= '~';
        }
        if (printable) {
            return toUtf8();
        }
        int shown = Math.min(array.length, PRINTED_BYTES / 2);
        return "0x" + HexFormat.of().formatHex(array, 0, shown) + (shown < array.length ? "..." : "") + " ("
                + array.length + " bytes)";
    }
}
