package io.ringkv.server.shard;

import java.util.HexFormat;

/**
 * A sum of hashes modulo 2<sup>128</sup>: the order in which things were added does not show.
 *
 * @param high upper half
 * @param low lower half
 */
public record Digest(long high, long low) {

    /** Of nothing. */
    public static final Digest ZERO = new Digest(0, 0);

    /** The sum of both. */
    public Digest plus(Digest other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new Digest(high + other.high + carry, sum);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
