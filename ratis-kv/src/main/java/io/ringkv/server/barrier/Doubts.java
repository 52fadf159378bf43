package io.ringkv.server.barrier;

import io.ringkv.common.id.GroupId;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is remembered of shards whose last round did not succeed: since when, and whether somebody was found in a higher
 * term. Decides when a leader that cannot prove its leadership has to give it up. Pure; used by one thread.
 */
final class Doubts {
    /**
     * Why a shard's leadership is in doubt.
     *
     * @param term own term
     * @param conclusive somebody is in a higher term: it is no use to ask
     * @param sinceNanos when the first of the rounds that failed in a row began
     * @param lastNanos when the last of them failed
     */
    private record Doubt(long term, boolean conclusive, long sinceNanos, long lastNanos) {}

    private final long stepDownAfterNanos;
    private final Map<GroupId, Doubt> doubts = new TreeMap<>();

    /** @param stepDownAfterMillis how long a leader may go on failing */
    Doubts(long stepDownAfterMillis) {
        this.stepDownAfterNanos = stepDownAfterMillis * 1_000_000;
    }

    /** Whether somebody was found in a term above this one, in which the shard's leader still believes to lead. */
    boolean isDeposed(GroupId group, long term) {
        Doubt doubt = doubts.get(group);
        return doubt != null && doubt.conclusive() && doubt.term() == term;
    }

    /** The shard's leader was confirmed, or it does not lead any more. */
    void forget(GroupId group) {
        doubts.remove(group);
    }

    /**
     * Notes that reads of a shard could not be confirmed.
     *
     * <p>Failures are in a row when the next attempt begins within the time a leader may go on failing: two that are an
     * hour apart, with no reads between, say nothing about that hour.
     *
     * @param conclusive because somebody is in a higher term
     * @param startedNanos when the attempt began
     * @param nowNanos when it failed
     * @return whether the leader has failed for so long that it must step down; counting begins anew then
     */
    boolean failed(GroupId group, long term, boolean conclusive, long startedNanos, long nowNanos) {
        Doubt doubt = doubts.get(group);
        long sinceNanos = startedNanos;
        if (doubt != null && doubt.term() == term && startedNanos - doubt.lastNanos() <= stepDownAfterNanos) {
            sinceNanos = doubt.sinceNanos();
        }
        if (nowNanos - sinceNanos >= stepDownAfterNanos) {
            doubts.remove(group);
            return true;
        }
        doubts.put(group, new Doubt(term, conclusive, sinceNanos, nowNanos));
        return false;
    }
}
