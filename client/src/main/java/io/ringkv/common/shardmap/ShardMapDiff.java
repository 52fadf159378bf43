package io.ringkv.common.shardmap;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The change from one published shard map to a later one, so that a large map need not be sent anew for every small
 * change.
 *
 * @param cluster the cluster of both maps
 * @param fromRingEpoch epoch of the map it applies to
 * @param toRingEpoch epoch of the map it gives, not below {@code fromRingEpoch}
 * @param replicationFactor replication factor of the later map
 * @param changedShards records that are new or different, in the order of the map
 * @param removedShards shards that are gone
 * @param changedServers records that are new or different, by id
 * @param removedServers servers that are gone
 * @param changedManagers records that are new or different, by id
 * @param removedManagers managers that are gone
 */
public record ShardMapDiff(
        ClusterId cluster,
        long fromRingEpoch,
        long toRingEpoch,
        int replicationFactor,
        List<ShardRecord> changedShards,
        List<ShardId> removedShards,
        List<ServerRecord> changedServers,
        List<ServerId> removedServers,
        List<ManagerRecord> changedManagers,
        List<ManagerId> removedManagers) {

    /** @throws IllegalArgumentException if an epoch is negative or would fall */
    public ShardMapDiff {
        Objects.requireNonNull(cluster, "cluster");
        RecordChecks.checkAtLeast("fromRingEpoch", fromRingEpoch, 0);
        RecordChecks.checkAtLeast("toRingEpoch", toRingEpoch, fromRingEpoch);
        changedShards = List.copyOf(changedShards);
        removedShards = List.copyOf(removedShards);
        changedServers = List.copyOf(changedServers);
        removedServers = List.copyOf(removedServers);
        changedManagers = List.copyOf(changedManagers);
        removedManagers = List.copyOf(removedManagers);
    }

    /**
     * The change from one map to another of the same cluster.
     *
     * @throws IllegalArgumentException if they are of different clusters or {@code newer} has the smaller ring epoch
     */
    public static ShardMapDiff diff(ShardMap older, ShardMap newer) {
        if (!older.cluster().equals(newer.cluster())) {
            throw new IllegalArgumentException("cluster: " + newer.cluster() + " (expected: " + older.cluster() + ")");
        }
        return new ShardMapDiff(
                newer.cluster(),
                older.ringEpoch(),
                newer.ringEpoch(),
                newer.replicationFactor(),
                changed(newer.shards(), shard -> older.shard(shard.id())),
                removed(older.shards(), ShardRecord::id, newer::shard),
                changed(newer.servers(), server -> older.server(server.id())),
                removed(older.servers(), ServerRecord::id, newer::server),
                changed(newer.managers(), manager -> older.manager(manager.id())),
                removed(older.managers(), ManagerRecord::id, newer::manager));
    }

    private static <T> List<T> changed(List<T> newer, Function<T, @Nullable T> before) {
        return newer.stream()
                .filter(record -> !record.equals(before.apply(record)))
                .toList();
    }

    private static <T, I extends Comparable<I>> List<I> removed(
            List<T> older, Function<T, I> id, Function<I, @Nullable T> after) {
        return older.stream()
                .map(id)
                .filter(known -> after.apply(known) == null)
                .sorted()
                .toList();
    }

    /** Whether the map is one this change can be applied to: of its cluster, and at the epoch it starts from. */
    public boolean appliesTo(ShardMap map) {
        return map.cluster().equals(cluster) && map.ringEpoch() == fromRingEpoch;
    }

    /**
     * The later map. If the given one was improved with single records meanwhile, those that are newer than the change are
     * kept.
     *
     * @throws IllegalArgumentException if the change does not {@linkplain #appliesTo apply} to the map
     */
    public ShardMap apply(ShardMap map) {
        if (!appliesTo(map)) {
            throw new IllegalArgumentException("map of cluster " + map.cluster() + " at ring epoch " + map.ringEpoch()
                    + " (expected: cluster " + cluster + " at " + fromRingEpoch + ")");
        }
        return new ShardMap(
                cluster,
                toRingEpoch,
                replicationFactor,
                update(map.shards(), changedShards, removedShards, ShardRecord::id, ShardMapDiff::newerShard),
                update(map.servers(), changedServers, removedServers, ServerRecord::id, (old, changed) -> changed),
                update(map.managers(), changedManagers, removedManagers, ManagerRecord::id, (old, changed) -> changed));
    }

    private static ShardRecord newerShard(ShardRecord known, ShardRecord changed) {
        return known.compareEpoch(changed) > 0 ? known : changed;
    }

    private static <T, I extends Comparable<I>> Collection<T> update(
            List<T> known, List<T> changed, List<I> removed, Function<T, I> id, BinaryOperator<T> choose) {
        Map<I, T> records = new TreeMap<>();
        known.forEach(record -> records.put(id.apply(record), record));
        removed.forEach(records::remove);
        changed.forEach(record -> records.merge(id.apply(record), record, choose));
        return records.values();
    }
}
