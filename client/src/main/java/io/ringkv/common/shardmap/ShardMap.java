package io.ringkv.common.shardmap;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Ring;
import io.ringkv.common.ring.Token;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ring, placement and addresses at one ring epoch: all that routing needs. Immutable, and safe for any thread.
 *
 * <p>Published maps cover the circle exactly once ({@link #isComplete}), or hold no shard before first placement. Copies
 * that were {@linkplain #merge(ShardRecord) improved} with single records may have gaps until the next map arrives.
 */
public final class ShardMap {

    private final ClusterId cluster;
    private final long ringEpoch;
    private final int replicationFactor;
    private final List<ShardRecord> shards;
    private final List<ServerRecord> servers;
    private final List<ManagerRecord> managers;

    private final Map<ShardId, ShardRecord> shardsById;
    private final Map<ServerId, ServerRecord> serversById;
    private final Map<ManagerId, ManagerRecord> managersById;
    private final ShardLookup lookup;

    /**
     * A map of the given records, whose order does not matter.
     *
     * @param ringEpoch number of the published map, 0 or more
     * @param replicationFactor how many replicas a shard should have, 0 if not yet decided
     * @throws IllegalArgumentException if a number is negative or an identity occurs twice
     */
    public ShardMap(
            ClusterId cluster,
            long ringEpoch,
            int replicationFactor,
            Collection<ShardRecord> shards,
            Collection<ServerRecord> servers,
            Collection<ManagerRecord> managers) {
        this.cluster = Objects.requireNonNull(cluster, "cluster");
        RecordChecks.checkAtLeast("ringEpoch", ringEpoch, 0);
        RecordChecks.checkAtLeast("replicationFactor", replicationFactor, 0);
        this.ringEpoch = ringEpoch;
        this.replicationFactor = replicationFactor;
        this.shards = sorted(
                shards,
                Comparator.comparing((ShardRecord shard) -> shard.range().endInclusive())
                        .thenComparing(ShardRecord::id));
        this.servers = sorted(servers, Comparator.comparing(ServerRecord::id));
        this.managers = sorted(managers, Comparator.comparing(ManagerRecord::id));
        RecordChecks.checkDistinct("shard", this.shards, ShardRecord::id);
        RecordChecks.checkDistinct("server", this.servers, ServerRecord::id);
        RecordChecks.checkDistinct("manager", this.managers, ManagerRecord::id);
        this.shardsById = byId(this.shards, ShardRecord::id);
        this.serversById = byId(this.servers, ServerRecord::id);
        this.managersById = byId(this.managers, ManagerRecord::id);
        this.lookup = new ShardLookup(this.shards);
    }

    private static <T> List<T> sorted(Collection<T> elements, Comparator<T> order) {
        return elements.stream().sorted(order).toList();
    }

    private static <I, T> Map<I, T> byId(List<T> elements, Function<T, I> id) {
        return elements.stream().collect(Collectors.toUnmodifiableMap(id, Function.identity()));
    }

    /** The map of a cluster of which nothing else is known. */
    public static ShardMap empty(ClusterId cluster) {
        return new ShardMap(cluster, 0, 0, List.of(), List.of(), List.of());
    }

    /** The cluster it describes. */
    public ClusterId cluster() {
        return cluster;
    }

    /** Number of the published map this one is, or was made from. */
    public long ringEpoch() {
        return ringEpoch;
    }

    /** How many replicas a shard should have; 0 if not yet decided. */
    public int replicationFactor() {
        return replicationFactor;
    }

    /** All shards, by the unsigned end of their ranges. */
    public List<ShardRecord> shards() {
        return shards;
    }

    /** All servers, by id; REMOVED ones may be among them. */
    public List<ServerRecord> servers() {
        return servers;
    }

    /** All members of the shard manager, by id. */
    public List<ManagerRecord> managers() {
        return managers;
    }

    /**
     * The shard whose range holds the token, in O(log n).
     *
     * @return null if none does; then a newer map is needed
     */
    public @Nullable ShardRecord shardFor(Token token) {
        return lookup.find(token);
    }

    /** The record of a shard, or null if it is not known. */
    public @Nullable ShardRecord shard(ShardId id) {
        return shardsById.get(id);
    }

    /** The record of a server, or null if it is not known. */
    public @Nullable ServerRecord server(ServerId id) {
        return serversById.get(id);
    }

    /** The record of a manager, or null if it is not known. */
    public @Nullable ManagerRecord manager(ManagerId id) {
        return managersById.get(id);
    }

    /** Whether a server counts as lost, as far as this map tells: DOWN or REMOVED. */
    public boolean isLost(ServerId id) {
        ServerRecord server = server(id);
        return server != null && (server.state() == ServerState.DOWN || server.state() == ServerState.REMOVED);
    }

    /**
     * The voters of a shard that count as lost, if so many are that no majority is left: then nothing can be written to the
     * shard and nothing confirmed, until they are back. Empty while a majority is left. Learned from the manager, so it
     * may be out of date: where a leader answers, that counts.
     */
    public List<ServerId> lostMajority(ShardRecord shard) {
        List<ServerId> voters = shard.voters();
        int left = 0;
        // Asked for each operation of a client: nothing is allocated while all is well.
        for (ServerId voter : voters) {
            left += isLost(voter) ? 0 : 1;
        }
        return 2 * left > voters.size()
                ? List.of()
                : voters.stream().filter(this::isLost).toList();
    }

    /** That a shard can have no leader, and which servers are down, as a sentence; empty while a majority is left. */
    public String lossOfMajority(ShardRecord shard) {
        List<ServerId> lost = lostMajority(shard);
        return lost.isEmpty()
                ? ""
                : "Shard " + shard.id() + " can have no leader: of its "
                        + shard.voters().size() + " replicas " + lost.size() + " are on servers that are down ("
                        + lost.stream().map(this::label).collect(Collectors.joining(", ")) + ")";
    }

    private String label(ServerId id) {
        ServerRecord server = server(id);
        return server == null ? id.toString() : server.label();
    }

    /** Whether the ranges of the shards cover the circle exactly once. */
    public boolean isComplete() {
        if (shards.isEmpty()) {
            return false;
        }
        Token previousEnd = shards.get(shards.size() - 1).range().endInclusive();
        for (ShardRecord shard : shards) {
            boolean endsWhereItStarts = shard.range().isFullCircle() && shards.size() > 1;
            if (endsWhereItStarts || !shard.range().startExclusive().equals(previousEnd)) {
                return false;
            }
            previousEnd = shard.range().endInclusive();
        }
        return true;
    }

    /**
     * The ring of this map.
     *
     * @throws IllegalStateException if the map is not {@linkplain #isComplete complete}
     */
    public Ring ring() {
        if (!isComplete()) {
            throw new IllegalStateException("the shards of ring epoch " + ringEpoch + " do not cover the ring once");
        }
        TreeMap<Token, ShardId> ends = new TreeMap<>();
        shards.forEach(shard -> ends.put(shard.range().endInclusive(), shard.id()));
        return Ring.of(ends);
    }

    /**
     * The map after hearing of one record, as a server sends it with a refusal: it is taken in if it is newer than the one
     * known, or of a shard that is not known.
     *
     * @return this map if nothing was learned
     */
    public ShardMap merge(ShardRecord heard) {
        ShardRecord known = shard(heard.id());
        ShardRecord merged = known == null ? heard : known.merge(heard);
        if (merged.equals(known)) {
            return this;
        }
        List<ShardRecord> records = new ArrayList<>(shards);
        records.removeIf(record -> record.id().equals(heard.id()));
        records.add(merged);
        return withShards(records);
    }

    /**
     * The map after hearing of another one. Which shards, servers and managers there are is taken from the one with the
     * greater ring epoch (this one, if they are equal), and each shard's record from the one where it is newer.
     *
     * @throws IllegalArgumentException if the other map is of another cluster
     */
    public ShardMap merge(ShardMap heard) {
        if (!cluster.equals(heard.cluster)) {
            throw new IllegalArgumentException("cluster: " + heard.cluster + " (expected: " + cluster + ")");
        }
        boolean heardIsNewer = heard.ringEpoch > ringEpoch;
        ShardMap newer = heardIsNewer ? heard : this;
        ShardMap older = heardIsNewer ? this : heard;
        List<ShardRecord> records = new ArrayList<>();
        for (ShardRecord record : newer.shards) {
            ShardRecord other = older.shard(record.id());
            boolean otherIsNewer = other != null && other.compareEpoch(record) > 0;
            records.add(otherIsNewer ? other : record);
        }
        return records.equals(newer.shards) ? newer : newer.withShards(records);
    }

    private ShardMap withShards(List<ShardRecord> records) {
        return new ShardMap(cluster, ringEpoch, replicationFactor, records, servers, managers);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ShardMap map
                && cluster.equals(map.cluster)
                && ringEpoch == map.ringEpoch
                && replicationFactor == map.replicationFactor
                && shards.equals(map.shards)
                && servers.equals(map.servers)
                && managers.equals(map.managers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(cluster, ringEpoch, replicationFactor, shards, servers, managers);
    }

    @Override
    public String toString() {
        return "ShardMap[cluster=" + cluster + ", ringEpoch=" + ringEpoch + ", replicationFactor=" + replicationFactor
                + ", shards=" + shards + ", servers=" + servers + ", managers=" + managers + "]";
    }
}
