package io.ringkv.testing.barrier;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.server.engine.EngineStats;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.replica.DivisionView;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.testing.ratis.RatisServer;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.util.LifeCycle;

/** What the barrier asks of a replica, answered by a division of bare Ratis, whose voters a test can change at will. */
final class BareReplica implements ShardReplica {
    private final RatisServer server;
    private final GroupId group;
    private final Function<RaftPeerId, ServerId> ids;
    private final ScheduledExecutorService loop;

    BareReplica(
            RatisServer server, RaftGroupId group, Function<RaftPeerId, ServerId> ids, ScheduledExecutorService loop) {
        this.server = server;
        this.group = new GroupId(group.getUuid());
        this.ids = ids;
        this.loop = loop;
    }

    @Override
    public ShardId shard() {
        return new ShardId(1);
    }

    @Override
    public int incarnation() {
        return 1;
    }

    @Override
    public GroupId group() {
        return group;
    }

    @Override
    public DivisionView division() {
        DivisionInfo info = server.division().getInfo();
        boolean running = info.getLifeCycleState() == LifeCycle.State.RUNNING;
        long term = info.getCurrentTerm();
        boolean leader = info.isLeader();
        boolean ready = leader && info.isLeaderReady();
        boolean settled = info.getCurrentTerm() == term;
        long commitIndex = server.lastCommittedIndex();
        RatisServer.Voters voters = server.voters();
        return new DivisionView(
                running,
                "",
                term,
                leader,
                ready,
                settled,
                commitIndex,
                idsOf(voters.current()),
                idsOf(voters.previous()),
                null);
    }

    private Set<ServerId> idsOf(Set<RaftPeerId> peers) {
        return peers.stream().map(ids).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public long termIfRunning() {
        DivisionInfo info;
        try {
            info = server.division().getInfo();
        } catch (UncheckedIOException e) {
            return 0; // it was deleted
        }
        long term = info.getCurrentTerm();
        return info.getLifeCycleState() == LifeCycle.State.RUNNING ? term : 0;
    }

    @Override
    public void stepDown(String reason) {
        CompletableFuture<RaftClientReply> unused = server.stepDown();
    }

    @Override
    public void whenApplied(long index, Runnable action, Runnable closed) {
        if (server.division().getInfo().getLastAppliedIndex() >= index) {
            action.run();
        } else {
            ScheduledFuture<?> unused =
                    loop.schedule(() -> whenApplied(index, action, closed), 1, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public ShardReader reader() {
        throw new AssertionError("The barrier reads nothing.");
    }

    @Override
    public EngineStats stats() {
        throw new AssertionError("The barrier asks for no sizes.");
    }

    @Override
    public CompletionStage<EntryOutcome> submit(byte[] entry) {
        throw new AssertionError("The barrier writes nothing.");
    }

    @Override
    public long shardTimeMillis() {
        throw new AssertionError("The barrier asks for no time.");
    }
}
