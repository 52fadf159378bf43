package io.ringkv.raft;

/**
 * A place in the log of a group. Positions of one group are ordered by index; the term tells which leader wrote the
 * entry.
 *
 * @param term Raft term, 0 or more
 * @param index Raft index; -1 before the first entry
 */
public record LogPosition(long term, long index) {
    /** Before the first entry of a log. */
    public static final LogPosition NONE = new LogPosition(0, -1);

    /** @throws IllegalArgumentException if term or index is out of bounds */
    public LogPosition {
        if (term < 0 || index < -1) {
            throw new IllegalArgumentException("log position: " + term + ", " + index + " (expected: >= 0, >= -1)");
        }
    }

    @Override
    public String toString() {
        return "(t:" + term + ", i:" + index + ")";
    }
}
