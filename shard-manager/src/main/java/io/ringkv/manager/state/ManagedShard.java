package io.ringkv.manager.state;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A shard in the manager's books.
 *
 * @param record what everybody may know of it; never with a leader hint, because who leads is observed and not logged
 * @param lineage ancestry of its data, kept through moves and splits; random, like a group id
 * @param level log level at which its present incarnation starts
 * @param settled its first leader is where it should be, or good enough: the manager stopped moving it
 * @param reservedEpoch highest replica epoch ever handed out for it, to whatever purpose; never falls
 * @param formerGroup the Raft group that its present incarnation was recovered from with loss, null if it was not
 */
public record ManagedShard(
        ShardRecord record,
        GroupId lineage,
        int level,
        boolean settled,
        long reservedEpoch,
        @Nullable GroupId formerGroup) {

    /** Epochs of a shard that was just placed. */
    public static final long FIRST_EPOCH = 1;

    /** Incarnation of a shard that was just placed. */
    public static final int FIRST_INCARNATION = 1;

    /**
     * Checks what holds at all times.
     *
     * @throws IllegalArgumentException if the record has a leader hint or no replica, the level is below 1, or the reserved
     *     epoch below that of the record
     */
    public ManagedShard {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(lineage, "lineage");
        if (record.leaderHint() != null || record.replicas().isEmpty() || level < 1) {
            throw new IllegalArgumentException("shard " + record.id() + ": leader hint " + record.leaderHint() + ", "
                    + record.replicas().size() + " replicas, level " + level
                    + " (expected: no hint, a replica, level 1 or more)");
        }
        if (reservedEpoch < record.replicaEpoch()) {
            throw new IllegalArgumentException("shard " + record.id() + ": reserved epoch " + reservedEpoch
                    + " (expected: " + record.replicaEpoch() + " or more)");
        }
    }

    /** A shard of which no epoch above the published one was handed out. */
    public static ManagedShard of(ShardRecord record, GroupId lineage, int level, boolean settled) {
        return new ManagedShard(record, lineage, level, settled, record.replicaEpoch(), null);
    }

    /** The server that should lead first. */
    public ServerId firstLeader() {
        return record.replicas().get(0).server();
    }

    /** Whether the replicas are still those of the first placement, so that they may be created as empty groups. */
    public boolean isAsFirstPlaced() {
        return record.replicaEpoch() == FIRST_EPOCH;
    }

    /** The same shard with its first leader settled. */
    public ManagedShard withSettled() {
        return new ManagedShard(record, lineage, level, true, reservedEpoch, formerGroup);
    }

    /** The same shard after this replica epoch was handed out. */
    ManagedShard withReserved(long epoch) {
        return new ManagedShard(record, lineage, level, settled, Math.max(reservedEpoch, epoch), formerGroup);
    }

    /** The same shard with other voters, published under this replica epoch. */
    ManagedShard withVoters(List<ServerId> voters, long replicaEpoch) {
        List<ReplicaRecord> replicas = voters.stream()
                .map(voter -> new ReplicaRecord(voter, ReplicaRole.VOTER))
                .toList();
        ShardRecord changed = new ShardRecord(
                record.id(),
                record.group(),
                record.incarnation(),
                record.range(),
                record.rangeEpoch(),
                replicaEpoch,
                replicas,
                null);
        return new ManagedShard(changed, lineage, level, settled, Math.max(reservedEpoch, replicaEpoch), formerGroup);
    }

    /**
     * The same shard in its next incarnation, which begins with one replica and the data of another's group.
     *
     * @param survivor where the replica is
     * @param from group of the replica that it is made of
     * @param group of the new incarnation
     */
    ManagedShard recovered(ServerId survivor, GroupId from, GroupId group) {
        long epoch = reservedEpoch + 1;
        ShardRecord next = new ShardRecord(
                record.id(),
                group,
                record.incarnation() + 1,
                record.range(),
                record.rangeEpoch(),
                epoch,
                List.of(new ReplicaRecord(survivor, ReplicaRole.VOTER)),
                null);
        return new ManagedShard(next, lineage, level, true, epoch, from);
    }
}
