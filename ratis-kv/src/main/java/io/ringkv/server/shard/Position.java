package io.ringkv.server.shard;

/**
 * A place in a shard's Raft log. Positions of one group are ordered by index; the term tells which leader wrote it.
 *
 * @param term Raft term, 0 or more
 * @param index Raft index; -1 before the first entry
 */
public record Position(long term, long index) implements Comparable<Position> {
    /** Before the first entry of a log. */
    public static final Position NONE = new Position(0, -1);

    public Position {
        if (term < 0 || index < -1) {
            throw new IllegalArgumentException("position: (" + term + ", " + index + ") (expected: >= (0, -1))");
        }
    }

    @Override
    public int compareTo(Position other) {
        return Long.compare(index, other.index);
    }

    @Override
    public String toString() {
        return "(t:" + term + ", i:" + index + ")";
    }
}
