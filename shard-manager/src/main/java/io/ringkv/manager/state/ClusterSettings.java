package io.ringkv.manager.state;

import io.ringkv.common.limit.Limits;

/**
 * What is fixed when a cluster is created.
 *
 * @param expectedServers first placement waits for so many servers
 * @param shards number of shards at first placement; every shard costs log entries, so few are faster on few cores
 * @param replicationFactor voters per shard; even numbers are allowed and gain nothing
 */
public record ClusterSettings(int expectedServers, int shards, int replicationFactor) {

    /** Most servers a cluster may have, those that were removed not counted. */
    public static final int MAX_SERVERS = 4_096;

    /** Most shards a cluster may begin with: first placement is one log entry, and must fit into it. */
    public static final int MAX_FIRST_SHARDS = 20_000;

    private static final int SHARDS_PER_SERVER = 2;
    private static final int USUAL_REPLICATION_FACTOR = 3;

    /** @throws IllegalArgumentException if a number is out of bounds, or there are more replicas than servers */
    public ClusterSettings {
        check("expected servers", expectedServers, MAX_SERVERS);
        check("shards", shards, MAX_FIRST_SHARDS);
        check("replication factor", replicationFactor, Math.min(Limits.MAX_REPLICATION_FACTOR, expectedServers));
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + most + ")");
        }
    }

    /**
     * Settings in which what was left out is filled in: two shards per server; three replicas, or as many as servers if
     * those are fewer.
     *
     * @param shards 0 if left out
     * @param replicationFactor 0 if left out
     */
    public static ClusterSettings of(int expectedServers, int shards, int replicationFactor) {
        check("expected servers", expectedServers, MAX_SERVERS);
        return new ClusterSettings(
                expectedServers,
                shards == 0 ? SHARDS_PER_SERVER * expectedServers : shards,
                replicationFactor == 0 ? Math.min(USUAL_REPLICATION_FACTOR, expectedServers) : replicationFactor);
    }
}
