package io.ringkv.common.id;

/**
 * Identity of one KV server: its data directory, not its address. Chosen at random when the directory is made, and lost
 * with it: a server that lost its disk comes back as another server.
 *
 * <p>Ordered as unsigned, which is also the order of the printed form: 16 hexadecimal digits.
 *
 * @param value any 64 bits but zero
 */
public record ServerId(long value) implements Comparable<ServerId> {

    /** @throws IllegalArgumentException if the value is zero */
    public ServerId {
        if (value == 0) {
            throw new IllegalArgumentException("server id: 0 (expected: not zero, which means absent)");
        }
    }

    /**
     * Reads the printed form.
     *
     * @throws IllegalArgumentException if the text is not 16 hexadecimal digits or is zero
     */
    public static ServerId parse(String text) {
        return new ServerId(HexText.parse("server id", text, 1)[0]);
    }

    @Override
    public int compareTo(ServerId other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return HexText.of(value);
    }
}
