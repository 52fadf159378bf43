package io.ringkv.server.shard;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;

/**
 * What a shard knows of itself, replicated in its own log and kept in its snapshots.
 *
 * @param shard number of the shard
 * @param lineage identity that survives splits and restores; session tokens refer to it (a UUID like a group id)
 * @param incarnation which life of the shard this is
 * @param range tokens the shard is responsible for; decided anew for every operation when it is applied
 * @param rangeEpoch grows when the range changes
 * @param replicaEpoch grows when the replicas change: the fence of instructions
 * @param currentOperation number of the manager's operation that the fence belongs to; 0 = none
 * @param revision the shard's own counter, +1 per mutation; independent of the Raft index
 * @param shardTimeMillis milliseconds of led time, the only clock of the state
 * @param level log level in force
 * @param frozen writes are refused (reserved for merges)
 * @param lowestRetainedRevision revisions below have no history
 */
public record ShardMeta(
        ShardId shard,
        GroupId lineage,
        int incarnation,
        TokenRange range,
        long rangeEpoch,
        long replicaEpoch,
        long currentOperation,
        long revision,
        long shardTimeMillis,
        int level,
        boolean frozen,
        long lowestRetainedRevision) {

    /** The same with another revision. */
    ShardMeta withRevision(long newRevision) {
        return new ShardMeta(
                shard,
                lineage,
                incarnation,
                range,
                rangeEpoch,
                replicaEpoch,
                currentOperation,
                newRevision,
                shardTimeMillis,
                level,
                frozen,
                lowestRetainedRevision);
    }

    /** The same at the later of its own and this shard time. */
    ShardMeta withShardTime(long millis) {
        if (millis <= shardTimeMillis) {
            return this;
        }
        return new ShardMeta(
                shard,
                lineage,
                incarnation,
                range,
                rangeEpoch,
                replicaEpoch,
                currentOperation,
                revision,
                millis,
                level,
                frozen,
                lowestRetainedRevision);
    }

    /** The same, fenced by a higher replica epoch. */
    ShardMeta withFence(long epoch, long operation) {
        return new ShardMeta(
                shard,
                lineage,
                incarnation,
                range,
                rangeEpoch,
                epoch,
                operation,
                revision,
                shardTimeMillis,
                level,
                frozen,
                lowestRetainedRevision);
    }

    /** The same at another level. */
    ShardMeta withLevel(int newLevel) {
        return new ShardMeta(
                shard,
                lineage,
                incarnation,
                range,
                rangeEpoch,
                replicaEpoch,
                currentOperation,
                revision,
                shardTimeMillis,
                newLevel,
                frozen,
                lowestRetainedRevision);
    }

    /** The same in a later life, whose revisions are above all of this one. */
    ShardMeta withLife(int newIncarnation, long newReplicaEpoch, long revisionFloor) {
        return new ShardMeta(
                shard,
                lineage,
                newIncarnation,
                range,
                rangeEpoch,
                newReplicaEpoch,
                0,
                Math.max(revision, revisionFloor),
                shardTimeMillis,
                level,
                frozen,
                lowestRetainedRevision);
    }
}
