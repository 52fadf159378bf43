package io.ringkv.manager.operation;

/**
 * A voter as the shard's leader sees it.
 *
 * @param silentMillis since it last answered
 * @param behindEntries committed entries that it is not known to have
 */
public record FollowerSighting(long silentMillis, long behindEntries) {}
