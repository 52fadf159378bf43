package io.ringkv.common.ring;

import java.util.HexFormat;

/**
 * A position on the ring: an unsigned 64-bit number. The successor of the greatest token is the smallest one.
 *
 * <p>Ordered as unsigned, which is also the order of the printed form: 16 hexadecimal digits.
 *
 * @param bits the unsigned value
 */
public record Token(long bits) implements Comparable<Token> {

    /** The smallest token, {@code 0000000000000000}. */
    public static final Token MIN = new Token(0);

    /** The greatest token, {@code ffffffffffffffff}. */
    public static final Token MAX = new Token(-1L);

    private static final int DIGITS = 16;

    /**
     * Reads the printed form.
     *
     * @throws IllegalArgumentException if the text is not 16 hexadecimal digits
     */
    public static Token parse(String text) {
        if (text.length() != DIGITS || !text.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("token: \"" + text + "\" (expected: " + DIGITS + " hex digits)");
        }
        return new Token(HexFormat.fromHexDigitsToLong(text));
    }

    @Override
    public int compareTo(Token other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(bits);
    }
}
