package io.ringkv.testing.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EmbeddedCluster} is made of. Immutable; every {@code with} method returns a changed copy.
 *
 * @param servers number of KV servers, s1, s2, ...
 * @param managers number of managers, m1, m2, ...: 1, 3 or 5
 * @param shards number of shards, 0 = two per server
 * @param replicationFactor replicas of each shard, 0 = three, or as many as there are servers
 * @param directory where everything is kept; null = a temporary directory that is deleted at the end
 * @param downAfter a server that is silent for so long counts as DOWN
 * @param electionTimeoutMinMillis lower bound of all election timeouts
 * @param electionTimeoutMaxMillis upper bound of all election timeouts
 * @param serverSettings further settings of all servers, as in their configuration file
 */
public record EmbeddedClusterOptions(
        int servers,
        int managers,
        int shards,
        int replicationFactor,
        @Nullable Path directory,
        Duration downAfter,
        int electionTimeoutMinMillis,
        int electionTimeoutMaxMillis,
        Map<String, String> serverSettings) {
    /** Checks the counts. */
    public EmbeddedClusterOptions {
        Objects.requireNonNull(downAfter, "downAfter");
        serverSettings = Map.copyOf(serverSettings);
        if (servers < 1 || managers < 1 || shards < 0 || replicationFactor < 0) {
            throw new IllegalArgumentException(
                    "embedded cluster: " + servers + " servers, " + managers + " managers, " + shards + " shards, "
                            + replicationFactor + " replicas (expected: 1 server and 1 manager or more)");
        }
    }

    /** The same without further settings of servers. */
    public EmbeddedClusterOptions(
            int servers,
            int managers,
            int shards,
            int replicationFactor,
            @Nullable Path directory,
            Duration downAfter,
            int electionTimeoutMinMillis,
            int electionTimeoutMaxMillis) {
        this(
                servers,
                managers,
                shards,
                replicationFactor,
                directory,
                downAfter,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                Map.of());
    }

    /** Three managers, the given number of servers, all else by default. */
    public static EmbeddedClusterOptions ofServers(int servers) {
        return new EmbeddedClusterOptions(servers, 3, 0, 0, null, Duration.ofSeconds(10), 300, 600, Map.of());
    }

    /** The same with another number of managers. */
    public EmbeddedClusterOptions withManagers(int changed) {
        return new EmbeddedClusterOptions(
                servers,
                changed,
                shards,
                replicationFactor,
                directory,
                downAfter,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                serverSettings);
    }

    /** The same with another number of shards. */
    public EmbeddedClusterOptions withShards(int changed) {
        return new EmbeddedClusterOptions(
                servers,
                managers,
                changed,
                replicationFactor,
                directory,
                downAfter,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                serverSettings);
    }

    /** The same, kept in this directory beyond the end. */
    public EmbeddedClusterOptions withDirectory(Path changed) {
        return new EmbeddedClusterOptions(
                servers,
                managers,
                shards,
                replicationFactor,
                changed,
                downAfter,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                serverSettings);
    }

    /** The same with one more setting of all servers. */
    public EmbeddedClusterOptions withServerSetting(String key, String value) {
        Map<String, String> changed = new TreeMap<>(serverSettings);
        changed.put(key, value);
        return new EmbeddedClusterOptions(
                servers,
                managers,
                shards,
                replicationFactor,
                directory,
                downAfter,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                changed);
    }
}
