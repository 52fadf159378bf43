package io.ringkv.common.id;

/**
 * Identity of one client instance for exactly-once writes: 128 random bits, new for each instance.
 *
 * <p>Ordered as unsigned, which is also the order of the printed form: 32 hexadecimal digits.
 *
 * @param high upper 64 bits
 * @param low lower 64 bits; not both may be zero
 */
public record ClientId(long high, long low) implements Comparable<ClientId> {

    /** @throws IllegalArgumentException if all bits are zero */
    public ClientId {
        if (high == 0 && low == 0) {
            throw new IllegalArgumentException("client id: 0 (expected: not zero, which means absent)");
        }
    }

    /**
     * Reads the printed form.
     *
     * @throws IllegalArgumentException if the text is not 32 hexadecimal digits or is zero
     */
    public static ClientId parse(String text) {
        long[] words = HexText.parse("client id", text, 2);
        return new ClientId(words[0], words[1]);
    }

    @Override
    public int compareTo(ClientId other) {
        int compared = Long.compareUnsigned(high, other.high);
        return compared != 0 ? compared : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return HexText.of(high) + HexText.of(low);
    }
}
