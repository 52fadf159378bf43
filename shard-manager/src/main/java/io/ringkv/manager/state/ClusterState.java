package io.ringkv.manager.state;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operations;
import io.ringkv.manager.operation.ShardBooks;
import io.ringkv.manager.roster.ManagerRoster;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything the shard manager has agreed on. Immutable; changed only by {@link ClusterMachine}.
 *
 * @param level meaning of the log entries from here on; a member that does not know it must stop
 * @param founding how the cluster came into being, null before it exists
 * @param ringEpoch number of the published shard map; grows by one with each entry that changes what is published
 * @param shards all shards, empty before first placement
 * @param servers all servers ever registered
 * @param replicationFactor voters each shard is to have; 0 before the cluster exists
 * @param operations what is being changed
 * @param managers the present members of the manager group, and who stands by
 * @param history what happened
 */
public record ClusterState(
        int level,
        @Nullable Founding founding,
        long ringEpoch,
        SortedMap<ShardId, ManagedShard> shards,
        SortedMap<ServerId, RegisteredServer> servers,
        int replicationFactor,
        Operations operations,
        ManagerRoster managers,
        History history) {

    /** The highest level this software can apply. */
    public static final int HIGHEST_LEVEL = 1;

    /** The highest level at which this software lets a new shard start. */
    public static final int HIGHEST_SHARD_LEVEL = 1;

    /** State of a log without entries. */
    public static final ClusterState EMPTY = new ClusterState(
            HIGHEST_LEVEL,
            null,
            0,
            new TreeMap<>(),
            new TreeMap<>(),
            0,
            Operations.NONE,
            ManagerRoster.NONE,
            History.EMPTY);

    /** @throws IllegalArgumentException if the level is not known to this software or a number is negative */
    public ClusterState {
        if (level < 1 || level > HIGHEST_LEVEL || ringEpoch < 0 || replicationFactor < 0) {
            throw new IllegalArgumentException("cluster state: level " + level + ", ring epoch " + ringEpoch
                    + ", replication factor " + replicationFactor + " (expected: level 1 to " + HIGHEST_LEVEL
                    + ", the others 0 or more)");
        }
        shards = Collections.unmodifiableSortedMap(new TreeMap<>(shards));
        servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
        Objects.requireNonNull(operations, "operations");
        Objects.requireNonNull(managers, "managers");
        Objects.requireNonNull(history, "history");
    }

    /** Whether the cluster has been created. */
    public boolean exists() {
        return founding != null;
    }

    /** Whether first placement has been made. */
    public boolean isPlaced() {
        return !shards.isEmpty();
    }

    /**
     * What the cluster was founded with.
     *
     * @throws IllegalStateException before the cluster exists
     */
    public Founding requireFounding() {
        if (founding == null) {
            throw new IllegalStateException("the cluster does not exist yet");
        }
        return founding;
    }

    /**
     * What is published of this state.
     *
     * @throws IllegalStateException before the cluster exists
     */
    public ShardMap shardMap() {
        Founding founded = requireFounding();
        return new ShardMap(
                founded.cluster(),
                ringEpoch,
                replicationFactor,
                shards.values().stream().map(ManagedShard::record).toList(),
                servers.values().stream().map(RegisteredServer::record).toList(),
                managers.members());
    }

    /** State of a server as logged, or null if it is not registered. */
    public @Nullable ServerState stateOf(ServerId server) {
        RegisteredServer known = servers.get(server);
        return known == null ? null : known.record().state();
    }

    /**
     * A server that is in the books, whatever its state.
     *
     * @throws IllegalStateException if it is not
     */
    RegisteredServer requireServer(ServerId server) {
        RegisteredServer known = servers.get(server);
        if (known == null) {
            throw new IllegalStateException("server " + server + " is not registered");
        }
        return known;
    }

    /** How many servers, this one not counted, can be given replicas, as far as is logged. */
    long usableServersWithout(ServerId server) {
        return servers.values().stream()
                .filter(other -> other.isUsable() && !other.record().id().equals(server))
                .count();
    }

    /** Shards whose record names the server, in the order of their numbers. */
    public List<ManagedShard> shardsOn(ServerId server) {
        return shards.values().stream()
                .filter(shard -> shard.record().replicas().stream()
                        .anyMatch(replica -> replica.server().equals(server)))
                .toList();
    }

    /** What operations on a shard go by; null if there is no such shard. */
    public @Nullable ShardBooks booksOf(ShardId shard) {
        ManagedShard known = shards.get(shard);
        if (known == null) {
            return null;
        }
        Set<ServerId> cleaning = operations.cleanings().stream()
                .filter(wish -> wish.shard().equals(shard))
                .map(Cleaning::server)
                .collect(Collectors.toUnmodifiableSet());
        return new ShardBooks(known.record().voters(), known.reservedEpoch(), cleaning);
    }

    /** Whether a server that is not removed, other than this one, has the label. */
    boolean isLabelTaken(String label, ServerId except) {
        return servers.values().stream()
                .map(RegisteredServer::record)
                .filter(record -> record.state() != ServerState.REMOVED)
                .anyMatch(record -> record.label().equals(label) && !record.id().equals(except));
    }

    ClusterState withFounding(Founding newFounding) {
        return new ClusterState(
                level,
                newFounding,
                ringEpoch,
                shards,
                servers,
                newFounding.settings().replicationFactor(),
                operations,
                ManagerRoster.founded(newFounding.managers()),
                history);
    }

    ClusterState withServer(RegisteredServer server) {
        SortedMap<ServerId, RegisteredServer> changed = new TreeMap<>(servers);
        changed.put(server.record().id(), server);
        return new ClusterState(
                level, founding, ringEpoch, shards, changed, replicationFactor, operations, managers, history);
    }

    ClusterState withShards(Iterable<ManagedShard> newer) {
        SortedMap<ShardId, ManagedShard> changed = new TreeMap<>(shards);
        newer.forEach(shard -> changed.put(shard.record().id(), shard));
        return new ClusterState(
                level, founding, ringEpoch, changed, servers, replicationFactor, operations, managers, history);
    }

    ClusterState withReplicationFactor(int newReplicationFactor) {
        return new ClusterState(
                level, founding, ringEpoch, shards, servers, newReplicationFactor, operations, managers, history);
    }

    /**
     * A shard of which events tell.
     *
     * @throws IllegalStateException if it does not exist
     */
    ManagedShard requireShard(ShardId shard) {
        ManagedShard known = shards.get(shard);
        if (known == null) {
            throw new IllegalStateException("shard " + shard + " was changed but does not exist");
        }
        return known;
    }

    ClusterState withReservedEpoch(ShardId shard, long epoch) {
        ManagedShard known = requireShard(shard);
        return epoch <= known.reservedEpoch() ? this : withShards(List.of(known.withReserved(epoch)));
    }

    ClusterState withOperations(Operations newer) {
        return new ClusterState(
                level, founding, ringEpoch, shards, servers, replicationFactor, newer, managers, history);
    }

    ClusterState withManagers(ManagerRoster newer) {
        return new ClusterState(
                level, founding, ringEpoch, shards, servers, replicationFactor, operations, newer, history);
    }

    ClusterState withHistory(long newRingEpoch, History newHistory) {
        return new ClusterState(
                level, founding, newRingEpoch, shards, servers, replicationFactor, operations, managers, newHistory);
    }
}
