package io.ringkv.manager.roster;

/**
 * How another member follows the leader.
 *
 * @param silentMillis since it last answered
 * @param behindEntries committed entries that it does not have yet
 */
public record MemberProgress(long silentMillis, long behindEntries) {}
