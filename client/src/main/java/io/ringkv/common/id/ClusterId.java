package io.ringkv.common.id;

import java.util.Objects;
import java.util.UUID;

/**
 * Identity of a cluster, minted once by its bootstrap. Checked on every stream in both directions, so that processes of two
 * clusters never talk to each other by mistake.
 *
 * <p>Ordered as its printed form.
 *
 * @param value any UUID but the nil one
 */
public record ClusterId(UUID value) implements Comparable<ClusterId> {

    /** @throws IllegalArgumentException if the value is the nil UUID */
    public ClusterId {
        Objects.requireNonNull(value, "value");
        UuidText.checkNotNil("cluster id", value);
    }

    /**
     * Reads the printed form.
     *
     * @throws IllegalArgumentException if the text is not a UUID in canonical form or is the nil one
     */
    public static ClusterId parse(String text) {
        return new ClusterId(UuidText.parse("cluster id", text));
    }

    @Override
    public int compareTo(ClusterId other) {
        return UuidText.compare(value, other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
