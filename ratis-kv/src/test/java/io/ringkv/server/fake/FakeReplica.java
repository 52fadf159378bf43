package io.ringkv.server.fake;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.engine.EngineStats;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.replica.DivisionView;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.ShardMeta;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A replica whose log is in the test's hands: entries that were submitted wait in {@link #submitted} until the test decides
 * them, unless {@link #applyAtOnce}. Thread-safe.
 */
public final class FakeReplica implements ShardReplica {
    public static final ServerId SELF = new ServerId(11);
    public static final ServerId OTHER = new ServerId(22);

    /** An entry that the test is to decide. */
    public record Submitted(byte[] entry, CompletableFuture<EntryOutcome> outcome) {}

    private final ShardId shard;
    private final int incarnation;
    private final GroupId group;
    private volatile FakeShard state;
    private final Queue<Submitted> submitted = new ArrayDeque<>();
    private volatile EngineStats stats = new EngineStats(0, 0, 0, 0, 0, 0);
    private boolean applyAtOnce;
    private volatile boolean leading = true;
    private volatile boolean ready = true;
    private volatile boolean running = true;
    private volatile @Nullable ServerId leaderHint = SELF;
    private volatile long leaderlessMillis;

    public FakeReplica(int shard, TokenRange range) {
        this.shard = new ShardId(shard);
        this.incarnation = 1;
        this.group = new GroupId(new UUID(7, shard));
        this.state = new FakeShard(meta(shard, range));
    }

    private ShardMeta meta(int number, TokenRange range) {
        return new ShardMeta(new ShardId(number), group, incarnation, range, 1, 1, 0, 0, 0, 1, false, 0);
    }

    /** Closes the replica and opens it anew: it has not applied anything again yet. */
    public void reopen(TokenRange range) {
        FakeShard before = state;
        state = new FakeShard(meta(shard.value(), range));
        before.close();
    }

    /** What the replica has applied. */
    public FakeShard state() {
        return state;
    }

    /** From now on entries are applied within the call that submits them. */
    public FakeReplica applyAtOnce() {
        applyAtOnce = true;
        return this;
    }

    /** Says for how long no leader has been known. */
    public void setLeaderlessMillis(long millis) {
        leaderlessMillis = millis;
    }

    @Override
    public long leaderlessMillis() {
        return leaderlessMillis;
    }

    public void loseLeadership(@Nullable ServerId successor) {
        leading = false;
        leaderHint = successor;
    }

    public void lead() {
        leading = true;
        leaderHint = SELF;
    }

    public void setReady(boolean value) {
        ready = value;
    }

    public void setRunning(boolean value) {
        running = value;
    }

    /** The oldest entry that is not decided; null when there is none. */
    public synchronized @Nullable Submitted nextSubmitted() {
        return submitted.poll();
    }

    public synchronized int undecided() {
        return submitted.size();
    }

    /** Applies the oldest undecided entry and completes it. */
    public void applyNext() {
        Submitted next = nextSubmitted();
        if (next == null) {
            throw new AssertionError("no entry waits");
        }
        next.outcome().complete(state.apply(next.entry()));
    }

    @Override
    public ShardId shard() {
        return shard;
    }

    @Override
    public int incarnation() {
        return incarnation;
    }

    @Override
    public GroupId group() {
        return group;
    }

    @Override
    public DivisionView division() {
        String lifeCycle = running ? "RUNNING" : "CLOSED";
        return new DivisionView(running, lifeCycle, 1, leading, ready, true, 1, Set.of(SELF), Set.of(), leaderHint);
    }

    @Override
    public long termIfRunning() {
        DivisionView view = division();
        return view.running() ? view.term() : 0;
    }

    @Override
    public void stepDown(String reason) {
        loseLeadership(null);
    }

    @Override
    public ShardReader reader() {
        return state;
    }

    @Override
    public EngineStats stats() {
        return stats;
    }

    /** Sets what {@link #stats} says. */
    public void setStats(EngineStats value) {
        stats = value;
    }

    @Override
    public CompletionStage<EntryOutcome> submit(byte[] entry) {
        if (applyAtOnce) {
            return CompletableFuture.completedFuture(state.apply(entry));
        }
        CompletableFuture<EntryOutcome> outcome = new CompletableFuture<>();
        synchronized (this) {
            submitted.add(new Submitted(entry, outcome));
        }
        return outcome;
    }

    @Override
    public long shardTimeMillis() {
        return 1;
    }

    @Override
    public void whenApplied(long index, Runnable action, Runnable closed) {
        state.whenApplied(index, action, closed);
    }
}
