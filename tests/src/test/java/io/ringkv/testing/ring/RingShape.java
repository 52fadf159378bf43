package io.ringkv.testing.ring;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@link TestRing} is made of. There are always three managers.
 *
 * @param servers at the beginning: s1, s2, ...
 * @param shards number of shards
 * @param replicationFactor replicas of each
 * @param downAfter a server that is silent for so long counts as DOWN
 * @param managerSettings of all managers, by key
 */
record RingShape(
        int servers, int shards, int replicationFactor, Duration downAfter, Map<String, String> managerSettings) {

    /** Evens out soon, since nobody waits for a server that was only restarted. */
    static RingShape of(int servers, int shards, int replicationFactor, Duration downAfter) {
        return new RingShape(servers, shards, replicationFactor, downAfter, Map.of("operation.balance-after", "500ms"));
    }

    /** The same with one more setting of all managers. */
    RingShape with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(managerSettings);
        more.put(key, value);
        return new RingShape(servers, shards, replicationFactor, downAfter, more);
    }
}
