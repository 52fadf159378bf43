package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationStatus;
import io.ringkv.manager.operation.VoterConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An operator accepts the loss of what only the lost replicas of a shard held: it goes on from one that is left. That its
 * majority is lost is what the leader has observed; a command decided by a deposed leader is void.
 *
 * <p>The former incarnation gets no quorum from this survivor any more, once its server obeyed; and whoever asks for the shard
 * by the new map is refused by replicas of the former one, because incarnations differ.
 *
 * @param shard which
 * @param survivor where the replica is that is left
 * @param former its Raft group: the present one, or, when an earlier recovery came to nothing, the one before
 * @param group of the new incarnation; random, and therefore minted by whoever proposes it
 * @param loss what may be lost, for the audit trail
 */
public record RecoverShard(ShardId shard, ServerId survivor, GroupId former, GroupId group, String loss)
        implements ClusterCommand {

    /** Longest description of the loss, in characters. */
    public static final int MAX_LOSS_LENGTH = 1_000;

    /** Beyond any entry of the former group: a committed configuration of a later incarnation excludes all of it. */
    private static final long BEYOND = Long.MAX_VALUE;

    /** @throws IllegalArgumentException if the description is too long */
    public RecoverShard {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(survivor, "survivor");
        Objects.requireNonNull(former, "former");
        Objects.requireNonNull(group, "group");
        if (loss.length() > MAX_LOSS_LENGTH) {
            throw new IllegalArgumentException(
                    "loss: " + loss.length() + " characters (expected: at most " + MAX_LOSS_LENGTH + ")");
        }
    }

    @Override
    public Decision decide(ClusterState state) {
        ManagedShard known = state.shards().get(shard);
        if (known == null) {
            return Decision.refuse(ErrorCode.SHARD_NOT_FOUND, "Shard " + shard + " does not exist");
        }
        ServerState present = state.stateOf(survivor);
        if (present == null || present == ServerState.REMOVED) {
            return Decision.refuse(ErrorCode.SERVER_NOT_FOUND, "Server " + survivor + " is no part of the cluster");
        }
        boolean ofPresent =
                former.equals(known.record().group()) && known.record().voters().contains(survivor);
        boolean ofFormer = former.equals(known.formerGroup());
        if (!ofPresent && !ofFormer) {
            return Decision.refuse(
                    ErrorCode.CONDITION_FAILED,
                    "Server " + survivor + " has no replica that shard " + shard + " could go on from");
        }
        if (group.equals(known.record().group()) || group.equals(known.formerGroup())) {
            return Decision.refuse(ErrorCode.INVALID_ARGUMENT, "A recovered shard needs a group of its own");
        }
        List<ClusterEvent> events = new ArrayList<>();
        Operation underWay = state.operations().of(shard);
        if (underWay != null) {
            events.add(new OperationChanged(ended(underWay)));
        }
        ManagedShard next =
                (underWay == null ? known : known.withReserved(underWay.epoch())).recovered(survivor, former, group);
        events.add(new ShardRecovered(next, cleanings(state, known, next), loss));
        return new Decision(events, null);
    }

    private static Operation ended(Operation operation) {
        return new Operation(
                operation.number(),
                operation.order(),
                OperationStatus.CANCELLED,
                operation.step(),
                operation.epoch(),
                operation.attempt(),
                operation.changes() + 1,
                null,
                "the shard is recovered in a new incarnation");
    }

    private List<Cleaning> cleanings(ClusterState state, ManagedShard known, ManagedShard next) {
        VoterConfiguration beyond = new VoterConfiguration(List.of(survivor), BEYOND, BEYOND);
        List<Cleaning> cleanings = new ArrayList<>();
        for (ServerId voter : known.record().voters()) {
            boolean mayReturn = !voter.equals(survivor) && state.stateOf(voter) != ServerState.REMOVED;
            if (mayReturn) {
                cleanings.add(new Cleaning(shard, known.record().group(), voter, next.reservedEpoch(), beyond));
            }
        }
        return cleanings;
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.recover(this);
    }
}
