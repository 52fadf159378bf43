package io.ringkv.common.id;

/**
 * Identity of one shard manager process, chosen at random when its data directory is made.
 *
 * <p>Ordered as unsigned, which is also the order of the printed form: 16 hexadecimal digits.
 *
 * @param value any 64 bits but zero
 */
public record ManagerId(long value) implements Comparable<ManagerId> {

    /** @throws IllegalArgumentException if the value is zero */
    public ManagerId {
        if (value == 0) {
            throw new IllegalArgumentException("manager id: 0 (expected: not zero, which means absent)");
        }
    }

    /**
     * Reads the printed form.
     *
     * @throws IllegalArgumentException if the text is not 16 hexadecimal digits or is zero
     */
    public static ManagerId parse(String text) {
        return new ManagerId(HexText.parse("manager id", text, 1)[0]);
    }

    @Override
    public int compareTo(ManagerId other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return HexText.of(value);
    }
}
