package io.ringkv.common.id;

/**
 * Number of a shard, unique in its cluster for ever: a shard that was merged away leaves its number unused.
 *
 * @param value 1 or more
 */
public record ShardId(int value) implements Comparable<ShardId> {

    /** @throws IllegalArgumentException if the value is below 1 */
    public ShardId {
        if (value < 1) {
            throw new IllegalArgumentException("shard id: " + value + " (expected: 1 or more)");
        }
    }

    /**
     * Reads the printed form, a decimal number.
     *
     * @throws IllegalArgumentException if the text is not a decimal number from 1 to 2147483647
     */
    public static ShardId parse(String text) {
        boolean digitsOnly = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (digitsOnly && text.length() <= 10) {
            long value = Long.parseLong(text);
            if (value >= 1 && value <= Integer.MAX_VALUE) {
                return new ShardId((int) value);
            }
        }
        throw new IllegalArgumentException(
                "shard id: \"" + text + "\" (expected: a number from 1 to " + Integer.MAX_VALUE + ")");
    }

    @Override
    public int compareTo(ShardId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
