package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A shard as the planner sees it.
 *
 * @param shard the shard
 * @param voters servers that vote in it now, each once, in any order
 * @param leader the one of them that leads, as observed; null if none is known to
 * @param dataBytes size of one replica's data
 * @param operation what is under way in it, null if nothing is; the planner reckons as if it had succeeded, and proposes
 *     nothing else for the shard meanwhile
 * @param isOnHold nothing is to be proposed for it for now: an operation on it has failed lately
 */
public record ShardView(
        ShardId shard,
        List<ServerId> voters,
        @Nullable ServerId leader,
        long dataBytes,
        @Nullable ShardOperation operation,
        boolean isOnHold) {

    /** @throws IllegalArgumentException if there is no voter or one twice, or the size is negative */
    public ShardView {
        Objects.requireNonNull(shard, "shard");
        voters = List.copyOf(voters);
        if (voters.isEmpty() || Set.copyOf(voters).size() != voters.size()) {
            throw new IllegalArgumentException(
                    "voters of shard " + shard + ": " + voters + " (expected: at least one, each once)");
        }
        if (leader != null && !voters.contains(leader)) {
            // Reports may be ahead of the log that the voters come from.
            leader = null;
        }
        if (dataBytes < 0) {
            throw new IllegalArgumentException("size of shard " + shard + ": " + dataBytes + " (expected: 0 or more)");
        }
    }

    /** Whether an operation is under way. */
    public boolean isBusy() {
        return operation != null;
    }

    /** The voters when the operation under way, if there is one, has succeeded. */
    public List<ServerId> expectedVoters() {
        return operation == null ? voters : operation.votersAfter(voters);
    }

    /**
     * The shard when this operation has succeeded: with its voters, and with its target as leader if it transfers
     * leadership. A leader that loses its replica is followed by nobody known.
     */
    public ShardView after(ShardOperation done) {
        List<ServerId> after = done.votersAfter(voters);
        ServerId leaderAfter = done.kind().changesVoters() ? leader : done.target();
        return new ShardView(
                shard,
                after,
                leaderAfter != null && after.contains(leaderAfter) ? leaderAfter : null,
                dataBytes,
                null,
                isOnHold);
    }

    /** The same shard with another leader. */
    public ShardView withLeader(@Nullable ServerId newLeader) {
        return new ShardView(shard, voters, newLeader, dataBytes, operation, isOnHold);
    }

    /** A shard in which nothing is under way. */
    public static ShardView quiet(ShardId shard, List<ServerId> voters, @Nullable ServerId leader, long dataBytes) {
        return new ShardView(shard, voters, leader, dataBytes, null, false);
    }

    /** The same shard, on hold or not. */
    public ShardView withHold(boolean newHold) {
        return new ShardView(shard, voters, leader, dataBytes, operation, newHold);
    }

    /** The same shard with this operation under way. */
    public ShardView withOperation(@Nullable ShardOperation newOperation) {
        return new ShardView(shard, voters, leader, dataBytes, newOperation, isOnHold);
    }
}
