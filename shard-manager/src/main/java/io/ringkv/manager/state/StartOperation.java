package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationCourse;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.Operations;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.operation.ShardBooks;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation shall begin. Refused while another one changes the same shard.
 *
 * @param order what it is to do
 */
public record StartOperation(OperationOrder order) implements ClusterCommand {

    /** May not be null. */
    public StartOperation {
        Objects.requireNonNull(order, "order");
    }

    @Override
    public Decision decide(ClusterState state) {
        ShardBooks books = state.booksOf(order.shard());
        if (books == null) {
            return Decision.refuse(ErrorCode.SHARD_NOT_FOUND, "Shard " + order.shard() + " does not exist");
        }
        Operations operations = state.operations();
        Operation other = operations.of(order.shard());
        if (other != null) {
            return Decision.refuse(
                    ErrorCode.CONDITION_FAILED,
                    "Operation " + other.number() + " changes shard " + order.shard() + " already",
                    "Wait until it is over, or cancel it.");
        }
        if (operations.running().size() >= Operations.MAX_RUNNING) {
            return Decision.refuse(
                    ErrorCode.OVERLOADED,
                    operations.running().size() + " operations run; the limit is " + Operations.MAX_RUNNING);
        }
        if (operations.paused() && order.requester() == Requester.POLICY) {
            return Decision.refuse(ErrorCode.CONDITION_FAILED, "Operations are paused");
        }
        String flaw = flaw(state, books);
        return flaw == null
                ? Decision.of(new OperationChanged(OperationCourse.begin(operations.started() + 1, order, books)))
                : Decision.refuse(ErrorCode.SAFETY_REFUSED, "Shard " + order.shard() + ": " + flaw);
    }

    private @Nullable String flaw(ClusterState state, ShardBooks books) {
        List<ServerId> voters = books.voters();
        ServerId source = order.source();
        if (source != null && !voters.contains(source)) {
            return "server " + source + " has no replica of it";
        }
        if (order.kind() == OperationKind.REMOVE_REPLICA && voters.size() == 1) {
            return "its only replica would be removed";
        }
        ServerId target = order.target();
        return target == null ? null : flawOfTarget(state, books, target);
    }

    private @Nullable String flawOfTarget(ClusterState state, ShardBooks books, ServerId target) {
        RegisteredServer server = state.servers().get(target);
        if (server == null || server.record().state() != ServerState.ACTIVE) {
            return "server " + target + " is not ACTIVE";
        }
        if (order.kind() == OperationKind.TRANSFER_LEADER) {
            return books.voters().contains(target) ? null : "server " + target + " has no replica of it";
        }
        if (books.voters().contains(target)) {
            return "server " + target + " has a replica of it already";
        }
        if (books.cleaning().contains(target)) {
            return "server " + target + " has not yet deleted a former replica of it";
        }
        int level = state.requireShard(order.shard()).level();
        if (server.levelHighest() < level) {
            return "it is at level " + level + ", which " + target + " cannot apply";
        }
        if (order.kind() == OperationKind.ADD_REPLICA && books.voters().size() >= Limits.MAX_REPLICATION_FACTOR) {
            return "it has " + books.voters().size() + " replicas; the limit is " + Limits.MAX_REPLICATION_FACTOR;
        }
        return null;
    }

    @Override
    public boolean isLeadersDecision() {
        return order.requester() == Requester.POLICY;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.start(this);
    }
}
