package io.ringkv.client;

import io.ringkv.common.id.ShardId;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Which state of a shard a read saw.
 *
 * @param shard the shard
 * @param consistency what was asked for
 * @param revision revision of the shard in that state
 * @param stalenessMillis of a {@link Consistency#STALE} read: how old the state may be at most, by the clock of the server
 *     that answered; empty if the server cannot tell, and for other reads
 */
public record ReadFreshness(ShardId shard, Consistency consistency, long revision, OptionalLong stalenessMillis) {

    /** Nothing may be null. */
    public ReadFreshness {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(consistency, "consistency");
        Objects.requireNonNull(stalenessMillis, "stalenessMillis");
    }
}
