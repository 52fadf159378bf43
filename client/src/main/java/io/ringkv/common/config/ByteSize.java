package io.ringkv.common.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written with a binary unit: {@code 512B}, {@code 64KiB}, {@code 4MiB}, {@code 1GiB}, {@code 2TiB}.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})\\s*(B|[KMGT]iB)");
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int SHIFT_PER_UNIT = 10;

    /** @throws IllegalArgumentException if the number is negative */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size: " + bytes + " bytes (expected: 0 or more)");
        }
    }

    /** So many bytes. */
    public static ByteSize ofBytes(long bytes) {
        return new ByteSize(bytes);
    }

    /** So many times 1024 bytes. */
    public static ByteSize ofKibibytes(long kibibytes) {
        return new ByteSize(Math.multiplyExact(kibibytes, 1L << SHIFT_PER_UNIT));
    }

    /** So many times 1024 KiB. */
    public static ByteSize ofMebibytes(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << (2 * SHIFT_PER_UNIT)));
    }

    /**
     * Reads a number with its unit. {@code MB} and {@code M} are refused: people disagree about what they mean.
     *
     * @throws IllegalArgumentException if the text has another form or the size does not fit 63 bits
     */
    public static ByteSize parse(String text) {
        if (text.equals("0")) {
            return new ByteSize(0);
        }
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a size such as 64KiB, 4MiB or 1GiB");
        }
        int shift = UNITS.indexOf(matcher.group(2)) * SHIFT_PER_UNIT;
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("\"" + text + "\" is more bytes than 63 bits can count");
        }
        return new ByteSize(number << shift);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The exact size in the largest unit that divides it. */
    @Override
    public String toString() {
        int unit = bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / SHIFT_PER_UNIT, UNITS.size() - 1);
        return (bytes >> (unit * SHIFT_PER_UNIT)) + UNITS.get(unit);
    }
}
