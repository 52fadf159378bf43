package io.ringkv.raft;

/**
 * How far a leader knows a follower to be.
 *
 * @param id the follower
 * @param matchIndex last index known to be in its log
 * @param silentMillis time since it last answered
 */
public record FollowerProgress(long id, long matchIndex, long silentMillis) {}
