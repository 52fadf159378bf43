package io.ringkv.server.replica;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.OperationOutcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits a fence to the log of a shard that is led here. From then on, on every replica, only changes of voters of the
 * fence's replica epoch and operation are obeyed.
 */
final class FenceAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(FenceAction.class);
    /** After it the fate of the entry is left open, and the manager's next report, or instruction, finds it out. */
    private static final long MOST_MILLIS = 5_000;

    private final LeaderDesk desk;
    private final ShardLogEntries entries;

    FenceAction(LeaderDesk desk, ShardLogEntries entries) {
        this.desk = desk;
        this.entries = entries;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException {
        LeaderDesk.Leader leader = desk.leader(order);
        Verdict verdict = VoterRules.fence(LeaderDesk.situationOf(leader), order.epoch(), order.operation());
        if (!verdict.isToBeObeyed() || leader == null) {
            return verdict.kind() == Verdict.Kind.DONE ? OBEYED : LEFT;
        }
        desk.accept(order);
        HostedReplica replica = leader.replica();
        replica.proposesFence(order.epoch());
        byte[] entry = entries.fence(leader.meta(), replica.shardTimeMillis(), order.epoch(), order.operation());
        return replica.submit(entry)
                .toCompletableFuture()
                .orTimeout(MOST_MILLIS, TimeUnit.MILLISECONDS)
                .handle((outcome, failure) -> settle(order, outcome, failure));
    }

    private static boolean settle(Order order, @Nullable EntryOutcome outcome, @Nullable Throwable failure) {
        if (failure != null || outcome == null) {
            // Whoever leads next is told again.
            LOG.info(
                    "event=fence-not-known shard={} epoch={} why=\"{}\"",
                    order.message().getShard(),
                    order.epoch(),
                    String.valueOf(failure));
            return false;
        }
        OperationOutcome fence = outcome.operations().get(0);
        LOG.info(
                "event=shard-fenced shard={} epoch={} operation={} code={}",
                order.message().getShard(),
                order.epoch(),
                order.operation(),
                fence.code());
        return fence.code() == ErrorCode.OK;
    }
}
