package io.ringkv.common.ring;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Objects;

/**
 * An arc of the ring, {@code (start, end]}. It may wrap around past the greatest token. Equal ends mean the full circle;
 * there is no empty range.
 *
 * @param startExclusive the token before the first one inside
 * @param endInclusive the last token inside
 */
public record TokenRange(Token startExclusive, Token endInclusive) {

    private static final BigInteger CIRCLE = BigInteger.ONE.shiftLeft(Long.SIZE);

    /** Neither may be null. */
    public TokenRange {
        Objects.requireNonNull(startExclusive, "startExclusive");
        Objects.requireNonNull(endInclusive, "endInclusive");
    }

    /** The full circle, written as the range that ends with the greatest token. */
    public static TokenRange fullCircle() {
        return new TokenRange(Token.MAX, Token.MAX);
    }

    /**
     * Reads the printed form, such as {@code (ffffffffffffffff, 7fffffffffffffff]}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static TokenRange parse(String text) {
        int comma = text.indexOf(',');
        if (comma < 0 || !text.startsWith("(") || !text.endsWith("]")) {
            throw new IllegalArgumentException("token range: \"" + text + "\" (expected: (START, END])");
        }
        return new TokenRange(
                Token.parse(text.substring(1, comma).strip()),
                Token.parse(text.substring(comma + 1, text.length() - 1).strip()));
    }

    /** Whether the range is the whole ring. */
    public boolean isFullCircle() {
        return startExclusive.equals(endInclusive);
    }

    /** Whether the token lies on this arc. */
    public boolean contains(Token token) {
        // Distances from the start turn every range, wrapping or not, into (0, width].
        long distance = token.bits() - startExclusive.bits();
        return isFullCircle() || (distance != 0 && Long.compareUnsigned(distance, width()) <= 0);
    }

    /** Whether every token of the other range lies on this arc too. */
    public boolean contains(TokenRange other) {
        if (isFullCircle()) {
            return true;
        }
        if (other.isFullCircle()) {
            return false;
        }
        long distance = other.endInclusive.bits() - startExclusive.bits();
        return contains(other.endInclusive) && Long.compareUnsigned(other.width(), distance) <= 0;
    }

    /** Whether at least one token lies on both arcs. */
    public boolean intersects(TokenRange other) {
        return contains(other.endInclusive) || other.contains(endInclusive);
    }

    /** Number of tokens inside: 1 to 2<sup>64</sup>. */
    public BigInteger size() {
        return isFullCircle() ? CIRCLE : new BigInteger(Long.toUnsignedString(width()));
    }

    /** Share of the ring that lies on this arc, above 0 up to 1. */
    public double fraction() {
        return new BigDecimal(size())
                .divide(new BigDecimal(CIRCLE), MathContext.DECIMAL64)
                .doubleValue();
    }

    /** Width modulo 2<sup>64</sup>: 0 for the full circle. */
    private long width() {
        return endInclusive.bits() - startExclusive.bits();
    }

    @Override
    public String toString() {
        return "(" + startExclusive + ", " + endInclusive + "]";
    }
}
