package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The replicas a server hosts, by group and by shard. Thread-safe. */
final class HostedReplicas {
    private final ConcurrentHashMap<GroupId, HostedReplica> byGroup = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<ShardId, HostedReplica> byShard = new ConcurrentSkipListMap<>();

    void add(HostedReplica replica) {
        byGroup.put(replica.group(), replica);
        byShard.merge(
                replica.shard(), replica, (known, added) -> added.incarnation() >= known.incarnation() ? added : known);
    }

    void remove(HostedReplica replica) {
        byGroup.remove(replica.group());
        byShard.remove(replica.shard(), replica);
    }

    @Nullable
    HostedReplica of(ShardId shard) {
        return byShard.get(shard);
    }

    @Nullable
    HostedReplica of(GroupId group) {
        return byGroup.get(group);
    }

    /** All, ordered by shard, then incarnation. */
    List<HostedReplica> all() {
        return byGroup.values().stream()
                .sorted(Comparator.comparing(HostedReplica::shard).thenComparing(HostedReplica::incarnation))
                .toList();
    }
}
