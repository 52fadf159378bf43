package io.ringkv.server.barrier;

import io.micrometer.core.instrument.MeterRegistry;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.server.replica.DivisionView;
import io.ringkv.server.replica.ShardReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Confirms linearizable reads by asking a majority of voters for their current Raft term.
 *
 * <h2>Why a confirmed read is linearizable</h2>
 *
 * A read arrives at time t at the leader of term T. A round that begins after t does this:
 *
 * <ol>
 *   <li>The leader notes, in this order: its division is RUNNING; its term T; that it leads and has applied the start-up
 *       entry of T; that its term still is T; its commit index c; the voters V of its newest configuration, and those of
 *       the outgoing one while a change is under way.
 *   <li>It sends a fresh question to voters: is your current term for this group T? A voter looks its division up, reads
 *       its term, and then requires the same division to be RUNNING.
 *   <li>With a majority of YES (the leader counts itself where it is a voter; of both voter sets in a change), it checks
 *       again that it still leads in T, waits until it has applied c, and reads its store.
 * </ol>
 *
 * Claim: every write that was acknowledged before t is in what the read sees.
 *
 * <p>Suppose a leader of a term above T committed anything before t. It was elected by a majority of voters, each of which
 * had raised its term above T and made that durable before it granted its vote (in Ratis a voter raises its term,
 * persists it and then replies, under the division's lock; pre-votes change no term). Terms never fall, restarts
 * included. So before t a majority had a term above T. The YES of the round were given after t, by a majority. Two
 * majorities share a voter, who would have had to be in term T after having been above it: a contradiction. Membership
 * changes one voter at a time, and the majority of both sets during a change, keep any two majorities intersecting. So
 * every write acknowledged before t was committed by a leader of a term of at most T. Those of earlier terms are in the
 * leader's log before its start-up entry, which is applied; those of T were committed by this leader itself, so their
 * index is at most c. Both are applied before the store is read.
 *
 * <p>What the argument needs, and where it is kept: answers count only for the round that asked and from the server that
 * was meant (number and id travel in both directions); a question is sent after the read arrived (reads that come while a
 * round is under way wait for the next one of their shard); the applied index is published after the store commit.
 * Nothing here looks at a clock to decide that a read may be served; time limits only refuse.
 *
 * <h2>How it goes about it</h2>
 *
 * One call to a server asks about all shards that have waiting reads, so the cost does not grow with shards or readers.
 * The fewest servers that can suffice are asked first; after {@link BarrierSettings#hedgeMillis()}, or as soon as one
 * fails, the others too, and whoever failed is asked last from then on. A shard takes part in one round at a time; a round
 * that is late gives way to the next one with other shards. The next round begins before the store is read for the
 * finished one.
 *
 * <p>An answer with a higher term is conclusive: the waiting reads get NOT_LEADER, and the shard asks no more until its
 * own term or role changes. Silence refuses reads; silence for {@link BarrierSettings#deposeAfterMillis()} makes the
 * leader step down, since Ratis itself does not check for a majority while a new voter is being caught up.
 *
 * <p>Threading: all state belongs to one event loop; {@link #confirm} may be called by any thread.
 */
public final class TermBarrier implements ReadBarrier, RoundSender.RoundListener {
    private final ServerId self;
    private final ScheduledExecutorService loop;
    private final NanoClock clock;
    private final BarrierSettings settings;
    private final BarrierMetrics metrics;
    private final RoundSender sender;

    /** Reads that wait for the next round of their shard. */
    private final Map<GroupId, Waiting> waiting = new TreeMap<>();
    /** Shards that take part in a round now. */
    private final Map<GroupId, ShardRound> inRound = new TreeMap<>();
    /** What is remembered of shards whose last round did not succeed. */
    private final Map<GroupId, Doubt> doubts = new TreeMap<>();
    /** The round that has the way; null when the next may begin. */
    private @Nullable Round current;

    private boolean beginScheduled;
    private int waiters;
    private long lastRound;
    private boolean closed;

    /**
     * Reads of one shard that arrived after its present round began.
     *
     * @param replica the shard's replica as of the first of them
     * @param reads in the order of arrival
     */
    private record Waiting(ShardReplica replica, List<Waiter> reads) {}

    /**
     * Why a shard's leadership is in doubt.
     *
     * @param term own term when the doubt began
     * @param conclusive somebody is in a higher term: do not even ask
     * @param sinceNanos when the doubt began
     */
    private record Doubt(long term, boolean conclusive, long sinceNanos) {}

    /**
     * A barrier of one server.
     *
     * @param loop a single thread, best the event loop on which the server's connections live
     */
    public TermBarrier(
            ClusterId cluster,
            ServerId self,
            ScheduledExecutorService loop,
            PeerConfirmations peers,
            NanoClock clock,
            BarrierSettings settings,
            MeterRegistry registry) {
        this.self = self;
        this.loop = loop;
        this.clock = clock;
        this.settings = settings;
        this.metrics = new BarrierMetrics(registry);
        this.sender = new RoundSender(cluster, self, loop, peers, settings, metrics, this);
    }

    @Override
    public void confirm(ShardReplica replica, Waiter waiter) {
        try {
            loop.execute(() -> enqueue(replica, waiter));
        } catch (RejectedExecutionException loopHasEnded) {
            waiter.refuse(ErrorCode.SHUTTING_DOWN, null);
        }
    }

    private void enqueue(ShardReplica replica, Waiter waiter) {
        if (closed) {
            waiter.refuse(ErrorCode.SHUTTING_DOWN, null);
            return;
        }
        if (waiters >= settings.waitersMax()) {
            waiter.refuse(ErrorCode.OVERLOADED, null);
            return;
        }
        waiters++;
        waiting.computeIfAbsent(replica.group(), group -> new Waiting(replica, new ArrayList<>()))
                .reads()
                .add(waiter);
        if (current == null && !beginScheduled) {
            // Everything that this turn of the loop brings joins the round.
            beginScheduled = true;
            loop.execute(() -> {
                beginScheduled = false;
                beginRound();
            });
        }
    }

    private void beginRound() {
        if (closed || current != null) {
            return;
        }
        List<Waiting> ready = new ArrayList<>();
        waiting.entrySet().removeIf(entry -> {
            // A shard whose own round is late: its reads need one that begins after that.
            boolean free = !inRound.containsKey(entry.getKey());
            if (free) {
                ready.add(entry.getValue());
            }
            return free;
        });
        List<ShardRound> shards = new ArrayList<>();
        for (Waiting reads : ready) {
            ShardRound shard = open(reads);
            if (shard != null) {
                shards.add(shard);
                inRound.put(shard.group(), shard);
            }
        }
        if (!shards.isEmpty()) {
            metrics.rounds.increment();
            Round round = new Round(++lastRound, shards);
            current = round;
            sender.start(round);
        }
    }

    /** Step 1 of the argument. Null when the reads were refused. */
    private @Nullable ShardRound open(Waiting waiting) {
        ShardReplica replica = waiting.replica();
        DivisionView view = replica.division();
        if (!view.serving()) {
            doubts.remove(replica.group());
            refuse(waiting.reads(), notServing(view), view.leaderHint());
            return null;
        }
        Doubt doubt = doubts.get(replica.group());
        if (doubt != null && doubt.term() != view.term()) {
            doubts.remove(replica.group());
        } else if (doubt != null && doubt.conclusive()) {
            refuse(waiting.reads(), ErrorCode.NOT_LEADER, null);
            return null;
        }
        VoterSets voters = new VoterSets(view.voters(), view.previousVoters());
        return new ShardRound(replica, waiting.reads(), view.term(), view.commitIndex(), voters, self);
    }

    private static ErrorCode notServing(DivisionView view) {
        if (!view.running()) {
            return ErrorCode.STARTING;
        }
        return view.leader() ? ErrorCode.LEADER_NOT_READY : ErrorCode.NOT_LEADER;
    }

    @Override
    public void progressed(Round round) {
        if (closed) {
            return; // everybody was answered when the barrier closed
        }
        List<ShardRound> confirmed = new ArrayList<>();
        for (ShardRound shard : round.takeDecided()) {
            inRound.remove(shard.group(), shard);
            switch (shard.state()) {
                case CONFIRMED -> confirmed.add(shard);
                case DEPOSED -> deposed(shard);
                case HOPELESS, OPEN -> unconfirmed(shard);
            }
        }
        if (round.isDone()) {
            giveWay(round);
        }
        confirmed.forEach(this::serve);
    }

    @Override
    public void late(Round round) {
        giveWay(round);
    }

    @Override
    public void expired(Round round) {
        round.abandon();
        progressed(round);
    }

    /** One round has the way at a time, until it is done or late; others that are late may still be under way. */
    private void giveWay(Round round) {
        if (current == round) {
            current = null;
        }
        beginRound();
    }

    /** Step 3 of the argument. */
    private void serve(ShardRound shard) {
        DivisionView view = shard.replica().division();
        if (!view.serving() || view.term() != shard.term()) {
            refuse(shard.reads(), ErrorCode.NOT_LEADER, view.leaderHint());
            return;
        }
        doubts.remove(shard.group());
        List<Waiter> reads = shard.reads();
        waiters -= reads.size();
        metrics.confirmedReads.increment(reads.size());
        shard.replica()
                .whenApplied(
                        shard.commitIndex(),
                        () -> reads.forEach(Waiter::serve),
                        () -> reads.forEach(read -> read.refuse(ErrorCode.REPLICA_FAILED, null)));
    }

    private void deposed(ShardRound shard) {
        metrics.deposed.increment();
        doubts.put(shard.group(), new Doubt(shard.term(), true, clock.nanos()));
        refuse(shard.reads(), ErrorCode.NOT_LEADER, null);
    }

    private void unconfirmed(ShardRound shard) {
        long now = clock.nanos();
        Doubt doubt = doubts.get(shard.group());
        if (doubt == null || doubt.term() != shard.term()) {
            doubts.put(shard.group(), new Doubt(shard.term(), false, now));
        } else if (now - doubt.sinceNanos() > settings.deposeAfterMillis() * 1_000_000) {
            metrics.stepDowns.increment();
            doubts.remove(shard.group());
            shard.replica()
                    .stepDown("no majority confirmed term " + shard.term() + " for " + settings.deposeAfterMillis()
                            + " ms");
        }
        refuse(shard.reads(), ErrorCode.READ_NOT_CONFIRMED, null);
    }

    private void refuse(List<Waiter> reads, ErrorCode code, @Nullable ServerId leader) {
        waiters -= reads.size();
        metrics.refusedReads.increment(reads.size());
        reads.forEach(read -> read.refuse(code, leader));
    }

    @Override
    public void close() {
        try {
            loop.execute(() -> {
                closed = true;
                waiting.values().forEach(reads -> refuse(reads.reads(), ErrorCode.SHUTTING_DOWN, null));
                waiting.clear();
                List<ShardRound> unfinished = new ArrayList<>(inRound.values());
                inRound.clear();
                unfinished.forEach(shard -> refuse(shard.reads(), ErrorCode.SHUTTING_DOWN, null));
            });
        } catch (RejectedExecutionException loopHasEnded) {
            return; // then nobody waits: a loop that ends runs what it was given before
        }
    }
}
