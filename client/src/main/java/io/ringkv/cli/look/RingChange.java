package io.ringkv.cli.look;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One difference between two shard maps.
 *
 * @param subject what differs, such as {@code shard 4}
 * @param before how it was, empty if it was not there
 * @param after how it is, empty if it is there no longer
 */
record RingChange(String subject, String before, String after) {

    /** What differs, servers first, then shards. Pure. */
    static List<RingChange> between(ShardMap before, ShardMap after) {
        List<RingChange> changes = new ArrayList<>();
        add(
                changes,
                "replication factor",
                Integer.toString(before.replicationFactor()),
                Integer.toString(after.replicationFactor()));
        Set<ServerId> servers = new TreeSet<>();
        before.servers().forEach(server -> servers.add(server.id()));
        after.servers().forEach(server -> servers.add(server.id()));
        servers.stream()
                .sorted((left, right) -> LabelOrder.INSTANCE.compare(label(after, left), label(after, right)))
                .forEach(server -> add(
                        changes,
                        "server " + label(after, server),
                        describe(before.server(server)),
                        describe(after.server(server))));
        Set<Integer> shards = new TreeSet<>();
        before.shards().forEach(shard -> shards.add(shard.id().value()));
        after.shards().forEach(shard -> shards.add(shard.id().value()));
        for (int shard : shards) {
            add(changes, "shard " + shard, describe(before, after, shard), describe(after, after, shard));
        }
        return changes;
    }

    private static void add(List<RingChange> changes, String subject, String before, String after) {
        if (!before.equals(after)) {
            changes.add(new RingChange(subject, before, after));
        }
    }

    private static String label(ShardMap map, ServerId server) {
        ServerRecord record = map.server(server);
        return record == null ? server.toString() : record.label();
    }

    private static String describe(@Nullable ServerRecord server) {
        if (server == null) {
            return "";
        }
        String zone = server.zone().isEmpty() ? "" : ", zone " + server.zone();
        return server.state() + " at " + server.clientAddress() + zone;
    }

    private static String describe(ShardMap map, ShardMap names, int number) {
        ShardRecord shard = map.shards().stream()
                .filter(candidate -> candidate.id().value() == number)
                .findFirst()
                .orElse(null);
        if (shard == null) {
            return "";
        }
        List<String> replicas = shard.replicas().stream()
                .map(ReplicaRecord::server)
                .map(server -> label(names, server))
                .sorted(LabelOrder.INSTANCE)
                .toList();
        return String.join(", ", replicas) + " on " + shard.range();
    }
}
