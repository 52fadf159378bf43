package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.server.replica.DivisionView;
import io.ringkv.server.replica.ShardReplica;

/**
 * Tells a replica that merely does not lead from one whose shard can have no leader, so that callers hear of that at once
 * instead of searching until their time is over.
 *
 * <p>Says so only where this replica knows of no leader, and either the shard map shows that too few of the voters are up, or
 * there has been no leader for much longer than any election takes. Only refusals that left no trace in a log are reworded:
 * the code stands for "not applied".
 *
 * <p>Thread-safe.
 */
final class LostQuorum {
    private static final long MILLIS_PER_SECOND = 1_000;

    private final ShardMapSource source;
    private final int leaderlessMillis;

    /** @param leaderlessMillis without a leader for so long, a shard counts as one that can have none */
    LostQuorum(ShardMapSource source, int leaderlessMillis) {
        this.source = source;
        this.leaderlessMillis = leaderlessMillis;
    }

    /** The refusal, or a better one if the shard can have no leader. */
    Refusal explain(Refusal refusal, ShardReplica replica) {
        boolean isAboutLeader =
                refusal.code() == ErrorCode.NOT_LEADER || refusal.code() == ErrorCode.READ_NOT_CONFIRMED;
        if (!isAboutLeader || !refusal.notProposed() || refusal.leader() != null) {
            return refusal;
        }
        DivisionView view = replica.division();
        if (view.leader() || view.leaderHint() != null) {
            return refusal;
        }
        String why = why(replica);
        return why.isEmpty() ? refusal : Refusal.of(ErrorCode.QUORUM_LOST, why);
    }

    private String why(ShardReplica replica) {
        ShardMap map = source.shardMap();
        ShardRecord record = map == null ? null : map.shard(replica.shard());
        if (map != null && record != null && record.incarnation() == replica.incarnation()) {
            String loss = map.lossOfMajority(record);
            if (!loss.isEmpty()) {
                return loss;
            }
        }
        long leaderless = replica.leaderlessMillis();
        return leaderless < leaderlessMillis
                ? ""
                : "Shard " + replica.shard() + " has had no leader for " + leaderless / MILLIS_PER_SECOND
                        + " s, as far as is known here";
    }
}
