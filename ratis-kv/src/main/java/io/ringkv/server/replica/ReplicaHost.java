package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ReplicaReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All replicas of this server: the one RaftServer, the replica ledger, and the supervisor of divisions. */
public interface ReplicaHost extends AutoCloseable {
    /** Replica of a shard that this server serves (ledger state MEMBER or PREPARED), or null. */
    @Nullable
    ShardReplica replica(ShardId shard);

    /** The same by Raft group. */
    @Nullable
    ShardReplica replica(GroupId group);

    /** All replicas, ordered by shard. */
    List<ShardReplica> replicas();

    /**
     * Obeys an instruction of the manager. Returns at once; what came of it shows in {@link #reports()}.
     *
     * <p>Refused (logged, counted, no effect) when the manager term or the replica epoch is below what the ledger
     * holds, or when the ledger knows the incarnation already and the action is a creation.
     */
    void obey(long managerTerm, Instruction instruction);

    /** What every replica in the ledger says of itself now, ordered by shard. */
    List<ReplicaReport> reports();

    /** Highest manager term ever accepted, from the ledger. */
    long managerTerm();

    /** Number of replicas in the ledger. */
    int ledgerReplicas();

    /** Hands all leaderships away (bounded by {@code timeoutMillis}), so that clients notice nothing of the stop. */
    void handLeadershipAway(long timeoutMillis);

    /** Stops the RaftServer and closes all engines in good order. */
    @Override
    void close();
}
