package io.ringkv.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answer to {@code multiGet}. The keys of one {@link ReadFreshness} were read in one state of their shard; different ones
 * are not one snapshot.
 *
 * @param entries the keys that exist, in the order they were asked for
 * @param freshness the states that were read, in the order of shards
 */
public record MultiGetResult(Map<Bytes, KeyValue> entries, List<ReadFreshness> freshness) {

    /** Nothing may be null. */
    public MultiGetResult {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        freshness = List.copyOf(freshness);
    }
}
