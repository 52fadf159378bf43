package io.ringkv.common.id;

import java.util.Objects;
import java.util.UUID;

/**
 * Identity of a Raft group: one per shard <em>incarnation</em>, so that a shard that was restored never meets the log of its
 * former life.
 *
 * <p>Ordered as its printed form.
 *
 * @param value any UUID but the nil one
 */
public record GroupId(UUID value) implements Comparable<GroupId> {

    /** @throws IllegalArgumentException if the value is the nil UUID */
    public GroupId {
        Objects.requireNonNull(value, "value");
        UuidText.checkNotNil("group id", value);
    }

    /**
     * Reads the printed form.
     *
     * @throws IllegalArgumentException if the text is not a UUID in canonical form or is the nil one
     */
    public static GroupId parse(String text) {
        return new GroupId(UuidText.parse("group id", text));
    }

    @Override
    public int compareTo(GroupId other) {
        return UuidText.compare(value, other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
