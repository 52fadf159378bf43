package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What reports show of a shard at one instant.
 *
 * @param leader the ready leader of the highest term among servers that are heard; null if there is none
 * @param replicas of all voters, and of the source and target of the operation
 */
public record ShardObservation(@Nullable LeaderSighting leader, SortedMap<ServerId, ReplicaSighting> replicas) {

    /** Keeps a copy. */
    public ShardObservation {
        replicas = Collections.unmodifiableSortedMap(new TreeMap<>(replicas));
    }

    /** The server's label, or its id if nothing is known of it. */
    String name(@Nullable ServerId server) {
        ReplicaSighting seen = server == null ? null : replicas.get(server);
        return seen == null ? String.valueOf(server) : seen.label();
    }

    boolean isGone(@Nullable ServerId server) {
        ReplicaSighting seen = server == null ? null : replicas.get(server);
        return seen != null && seen.isGone();
    }
}
