package io.ringkv.testing.lab.run;

import java.util.Objects;

/**
 * Who led a shard for some time, as the shard manager knew it. Immutable.
 *
 * @param shard number of the shard
 * @param server label of the server; empty while nobody led
 * @param fromNanos when this was seen first, on the clock of the history
 * @param toNanos when something else was seen
 */
public record Leadership(int shard, String server, long fromNanos, long toNanos) {
    /** Not null. */
    public Leadership {
        Objects.requireNonNull(server, "server");
    }
}
