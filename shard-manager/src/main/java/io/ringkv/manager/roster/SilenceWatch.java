package io.ringkv.manager.roster;

import io.ringkv.common.id.ManagerId;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts for how long members have not answered, in time during which this leader was awake: a pause of its own process is
 * not held against others. Begins anew with each leadership. Not thread-safe.
 */
public final class SilenceWatch {

    private final long tickMillis;
    private final long silentMillis;
    private final Map<ManagerId, Long> counted = new TreeMap<>();

    /**
     * A watch.
     *
     * @param tickMillis how often it is told; a tick counts twice that at most
     * @param silentMillis silence that is too short to count
     */
    public SilenceWatch(long tickMillis, long silentMillis) {
        this.tickMillis = tickMillis;
        this.silentMillis = silentMillis;
    }

    /** Time went on; these are the members, and for how long each has not answered. */
    public void tick(long elapsedMillis, Map<ManagerId, Long> silent) {
        long step = Math.min(Math.max(0, elapsedMillis), 2 * tickMillis);
        counted.keySet().retainAll(silent.keySet());
        silent.forEach((member, millis) -> {
            if (millis < silentMillis) {
                counted.remove(member);
            } else {
                counted.merge(member, step, Long::sum);
            }
        });
    }

    /** For how long a member has been silent, as counted; 0 if it is not. */
    public long silentMillis(ManagerId member) {
        return counted.getOrDefault(member, 0L);
    }
}
