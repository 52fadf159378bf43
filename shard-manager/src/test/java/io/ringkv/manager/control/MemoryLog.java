package io.ringkv.manager.control;

import io.ringkv.common.id.ManagerId;
import io.ringkv.manager.log.EntryCodec;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterMachine;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.LoggedCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A log of one member: what is proposed is committed at once, unless it is told to lose it. */
final class MemoryLog implements ClusterLog {

    final List<LoggedCommand> entries = new ArrayList<>();

    private ClusterState state = ClusterState.EMPTY;
    private Leadership leadership = Leadership.NONE;
    private boolean losesProposals;

    void leadIn(long term, ManagerId self) {
        leadership = new Leadership(true, term, self);
    }

    void follow(long term, @Nullable ManagerId leader) {
        leadership = new Leadership(false, term, leader);
    }

    void loseProposals(boolean lose) {
        losesProposals = lose;
    }

    @Override
    public ClusterState state() {
        return state;
    }

    @Override
    public Leadership leadership() {
        return leadership;
    }

    @Override
    public CompletionStage<Applied> propose(LoggedCommand command) {
        if (losesProposals) {
            return CompletableFuture.failedFuture(new ProposalFailedException(false, "lost"));
        }
        entries.add(command);
        LoggedCommand logged = EntryCodec.decode(EntryCodec.encode(command));
        Applied applied = ClusterMachine.apply(state, logged, leadership.term(), entries.size());
        state = applied.state();
        return CompletableFuture.completedFuture(applied);
    }

    @Override
    public Map<ManagerId, Long> silentMillis() {
        return Map.of(new ManagerId(2), 100L, new ManagerId(3), 60_000L);
    }
}
