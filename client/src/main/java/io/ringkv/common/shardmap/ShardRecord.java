package io.ringkv.common.shardmap;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of one shard to send requests to it.
 *
 * <p>Records of one shard are ordered by incarnation, then range epoch, then replica epoch ({@link #compareEpoch}). Whoever
 * holds copies keeps the greatest; so copies agree in the end, whatever the order in which news arrive.
 *
 * @param id number of the shard
 * @param group the Raft group of this incarnation
 * @param incarnation which life of the shard, 1 or more; grows when it is restored or recovered with loss
 * @param range its arc of the ring
 * @param rangeEpoch grows when the range changes: split, merge, restore
 * @param replicaEpoch grows when the replicas change
 * @param replicas the replicas, on distinct servers; the first is the one that should lead. Empty before first placement
 * @param leaderHint last known leader, null if unknown; has no epoch, and may be wrong
 */
public record ShardRecord(
        ShardId id,
        GroupId group,
        int incarnation,
        TokenRange range,
        long rangeEpoch,
        long replicaEpoch,
        List<ReplicaRecord> replicas,
        @Nullable ServerId leaderHint) {

    /** @throws IllegalArgumentException if the incarnation is below 1, an epoch is negative, or a server occurs twice */
    public ShardRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(range, "range");
        RecordChecks.checkAtLeast("incarnation", incarnation, 1);
        RecordChecks.checkAtLeast("rangeEpoch", rangeEpoch, 0);
        RecordChecks.checkAtLeast("replicaEpoch", replicaEpoch, 0);
        replicas = List.copyOf(replicas);
        RecordChecks.checkDistinct("server of a replica", replicas, ReplicaRecord::server);
    }

    /**
     * Compares how new two records of the same shard are, leader hints aside.
     *
     * @return below 0 if this one is older, 0 if neither, above 0 if it is newer
     * @throws IllegalArgumentException if they are records of different shards
     */
    public int compareEpoch(ShardRecord other) {
        if (!id.equals(other.id)) {
            throw new IllegalArgumentException("shard " + other.id + " (expected: " + id + ")");
        }
        int compared = Integer.compare(incarnation, other.incarnation);
        if (compared == 0) {
            compared = Long.compare(rangeEpoch, other.rangeEpoch);
        }
        return compared == 0 ? Long.compare(replicaEpoch, other.replicaEpoch) : compared;
    }

    /**
     * What is known after hearing of another record of the same shard: the newer of the two. At equal epochs it is this one,
     * with the leader the other one names, if any: of two hints the one heard last is the better guess.
     */
    public ShardRecord merge(ShardRecord heard) {
        int compared = heard.compareEpoch(this);
        if (compared != 0) {
            return compared > 0 ? heard : this;
        }
        return heard.leaderHint == null ? this : withLeaderHint(heard.leaderHint);
    }

    /** The same record with another leader hint. */
    public ShardRecord withLeaderHint(@Nullable ServerId leader) {
        if (Objects.equals(leaderHint, leader)) {
            return this;
        }
        return new ShardRecord(id, group, incarnation, range, rangeEpoch, replicaEpoch, replicas, leader);
    }

    /** The servers whose replicas count for the majority, in the order of {@link #replicas}. */
    public List<ServerId> voters() {
        return replicas.stream()
                .filter(replica -> replica.role() == ReplicaRole.VOTER)
                .map(ReplicaRecord::server)
                .toList();
    }
}
