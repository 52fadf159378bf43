package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import io.ringkv.raft.RaftDivision;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the leadership of a shard that is led here to another voter. */
final class TransferAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(TransferAction.class);
    private static final long TRANSFER_TIMEOUT_MILLIS = 3_000;

    private final ServerId self;
    private final HostedReplicas replicas;
    private final LeaderDesk desk;
    private final InstructionFailures failures;

    TransferAction(ServerId self, HostedReplicas replicas, LeaderDesk desk, InstructionFailures failures) {
        this.self = self;
        this.replicas = replicas;
        this.desk = desk;
        this.failures = failures;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException {
        HostedReplica replica = replicas.of(order.group());
        RaftDivision division = replica == null ? null : replica.raftDivision();
        if (division == null) {
            throw new RefusedException("this server has no open replica of it");
        }
        long target = order.message().getTransferLeader().getTarget();
        if (!division.leadsAndIsReady() || target == self.value()) {
            // Done already, or somebody else leads: the reports say so.
            return LEFT;
        }
        if (!division.state().voters().contains(target)) {
            throw new RefusedException("the target is not among the voters");
        }
        desk.accept(order);
        return division.transferLeadership(target, TRANSFER_TIMEOUT_MILLIS)
                .handle((done, failure) -> settle(order, target, failure));
    }

    private boolean settle(Order order, long target, @Nullable Throwable failure) {
        LOG.info(
                "event=leadership-transferred shard={} target={} failure=\"{}\"",
                order.message().getShard(),
                new ServerId(target),
                failure == null ? "" : failure.getMessage());
        if (failure != null) {
            failures.note(order.group(), "TRANSFER_LEADER did not succeed: " + failure.getMessage());
        }
        return failure == null;
    }
}
