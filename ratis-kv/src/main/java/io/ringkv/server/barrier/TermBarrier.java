package io.ringkv.server.barrier;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.ringkv.common.error.ErrorCode;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * own term or role changes. Silence refuses reads. A leader for which that goes on for {@link
 * BarrierSettings#deposeAfterMillis()} steps down: Ratis itself does not check for a majority while a new voter is being
 * caught up, and a voter in a higher term whom the leader reaches here but not through Ratis would never depose it.
 *
 * <p>Threading: all state belongs to one event loop; {@link #confirm} may be called by any thread.
 */
public final class TermBarrier implements ReadBarrier {
    private static final Logger LOG = LoggerFactory.getLogger(TermBarrier.class);

    private final ServerId self;
    private final ScheduledExecutorService loop;
    private final NanoClock clock;
    private final BarrierSettings settings;
    private final BarrierMetrics metrics;
    private final RoundSender sender;

    /** Reads that were let in and are not answered; changed by any thread. */
    private final AtomicInteger waiters = new AtomicInteger();

    /**
     * Reads that wait for the next round of their shard. More than one batch when a replica was closed and opened again
     * meanwhile: what the one has applied says nothing about the store of the other.
     */
    private final Map<GroupId, List<ReadBatch>> waiting = new TreeMap<>();

    /** Shards that take part in a round now. */
    private final Map<GroupId, ShardRound> inRound = new TreeMap<>();

    private final Doubts doubts;

    /** The round that has the way; null when the next may begin. */
    private @Nullable Round current;

    private boolean beginScheduled;
    private long lastRound;
    private boolean closed;

    /**
     * A barrier of one server.
     *
     * @param cluster id of the cluster as bytes; empty before the server has joined one, when it leads nothing
     * @param loop a single thread, best the event loop on which the server's connections live
     */
    public TermBarrier(
            Supplier<ByteString> cluster,
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
        this.doubts = new Doubts(settings.deposeAfterMillis());
        this.sender = new RoundSender(cluster, self, loop, peers, clock, settings, metrics, new RoundEvents());
    }

    @Override
    public void confirm(ShardReplica replica, Waiter waiter) {
        if (waiters.incrementAndGet() > settings.waitersMax()) {
            turnAway(replica, waiter, ErrorCode.OVERLOADED);
            return;
        }
        try {
            loop.execute(() -> enqueue(replica, waiter));
        } catch (RejectedExecutionException loopHasEnded) {
            turnAway(replica, waiter, ErrorCode.SHUTTING_DOWN);
        }
    }

    private void turnAway(ShardReplica replica, Waiter waiter, ErrorCode code) {
        ReadBatch alone = new ReadBatch(replica, waiters, metrics);
        alone.add(waiter);
        alone.refuse(code, null);
    }

    private void enqueue(ShardReplica replica, Waiter waiter) {
        if (closed) {
            turnAway(replica, waiter, ErrorCode.SHUTTING_DOWN);
            return;
        }
        batchFor(replica).add(waiter);
        if (current == null && !beginScheduled) {
            // Everything that this turn of the loop brings joins the round.
            beginScheduled = true;
            loop.execute(() -> {
                beginScheduled = false;
                beginRound();
            });
        }
    }

    private ReadBatch batchFor(ShardReplica replica) {
        List<ReadBatch> batches = waiting.computeIfAbsent(replica.group(), group -> new ArrayList<>(1));
        if (batches.isEmpty() || batches.get(batches.size() - 1).replica() != replica) {
            batches.add(new ReadBatch(replica, waiters, metrics));
        }
        return batches.get(batches.size() - 1);
    }

    private void beginRound() {
        if (closed || current != null) {
            return;
        }
        List<ShardRound> shards = new ArrayList<>();
        for (List<ReadBatch> reads : takeReady()) {
            guarded(reads, () -> {
                ShardRound shard = open(reads);
                if (shard != null) {
                    shards.add(shard);
                    inRound.put(shard.group(), shard);
                }
            });
        }
        if (!shards.isEmpty()) {
            metrics.rounds.increment();
            Round round = new Round(++lastRound, shards);
            current = round;
            sender.start(round);
        }
    }

    private List<List<ReadBatch>> takeReady() {
        List<List<ReadBatch>> ready = new ArrayList<>();
        waiting.entrySet().removeIf(entry -> {
            // A shard whose own round is late: its reads need one that begins after that.
            boolean free = !inRound.containsKey(entry.getKey());
            if (free) {
                ready.add(entry.getValue());
            }
            return free;
        });
        return ready;
    }

    /** What goes wrong with one shard must not keep the others from their answers. */
    private static void guarded(List<ReadBatch> reads, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("event=barrier_failed shard={}", reads.get(0).replica().shard(), e);
            refuse(reads, ErrorCode.READ_NOT_CONFIRMED, null);
        }
    }

    private static void refuse(List<ReadBatch> reads, ErrorCode code, @Nullable ServerId leader) {
        reads.forEach(batch -> batch.refuse(code, leader));
    }

    /** Step 1 of the argument. Null when the reads were refused. */
    private @Nullable ShardRound open(List<ReadBatch> reads) {
        ShardReplica replica = reads.get(reads.size() - 1).replica();
        DivisionView view = replica.division();
        if (!view.serving()) {
            doubts.forget(replica.group());
            refuse(reads, notServing(view), view.leaderHint());
            return null;
        }
        VoterSets voters = new VoterSets(view.voters(), view.previousVoters());
        ShardRound shard = new ShardRound(reads, clock.nanos(), view.term(), view.commitIndex(), voters, self);
        if (doubts.isDeposed(shard.group(), shard.term())) {
            refuse(reads, ErrorCode.NOT_LEADER, null);
            doubt(shard, true);
            return null;
        }
        return shard;
    }

    private static ErrorCode notServing(DivisionView view) {
        if (!view.running()) {
            return ErrorCode.STARTING;
        }
        return view.leader() ? ErrorCode.LEADER_NOT_READY : ErrorCode.NOT_LEADER;
    }

    private final class RoundEvents implements RoundSender.RoundListener {
        @Override
        public void progressed(Round round) {
            List<ShardRound> decided = round.takeDecided();
            decided.forEach(shard -> inRound.remove(shard.group(), shard));
            if (round.isDone() && current == round) {
                current = null;
            }
            // Also when this round had given way before: reads that came meanwhile may have waited for a shard of it.
            beginRound();
            decided.forEach(shard -> guarded(shard.reads(), () -> conclude(shard)));
        }

        /** One round has the way at a time, until it is done or late; others that are late may still be under way. */
        @Override
        public void late(Round round) {
            if (current == round) {
                current = null;
            }
            beginRound();
        }

        @Override
        public void expired(Round round) {
            round.abandon();
            progressed(round);
        }
    }

    private void conclude(ShardRound shard) {
        switch (shard.state()) {
            case CONFIRMED -> serve(shard);
            case DEPOSED -> {
                metrics.deposed.increment();
                refuse(shard.reads(), ErrorCode.NOT_LEADER, null);
                doubt(shard, true);
            }
            case HOPELESS, OPEN -> {
                refuse(shard.reads(), ErrorCode.READ_NOT_CONFIRMED, null);
                doubt(shard, false);
            }
        }
    }

    /** Step 3 of the argument. */
    private void serve(ShardRound shard) {
        doubts.forget(shard.group());
        DivisionView view = shard.replica().division();
        if (!view.serving()) {
            refuse(shard.reads(), notServing(view), view.leaderHint());
        } else if (view.term() != shard.term()) {
            refuse(shard.reads(), ErrorCode.LEADER_NOT_READY, self);
        } else {
            shard.reads().forEach(batch -> batch.serveWhenApplied(shard.commitIndex()));
        }
    }

    private void doubt(ShardRound shard, boolean conclusive) {
        if (!doubts.failed(shard.group(), shard.term(), conclusive, shard.startedNanos(), clock.nanos())) {
            return;
        }
        DivisionView view = shard.replica().division();
        if (view.leader() && view.term() == shard.term()) {
            metrics.stepDowns.increment();
            shard.replica()
                    .stepDown("no majority confirmed term " + shard.term() + " for " + settings.deposeAfterMillis()
                            + " ms");
        }
    }

    @Override
    public void close() {
        try {
            loop.execute(() -> {
                closed = true;
                sender.close();
                waiting.values().forEach(reads -> refuse(reads, ErrorCode.SHUTTING_DOWN, null));
                waiting.clear();
                inRound.values().forEach(shard -> refuse(shard.reads(), ErrorCode.SHUTTING_DOWN, null));
                inRound.clear();
            });
        } catch (RejectedExecutionException loopHasEnded) {
            return; // then nobody waits: a loop that ends runs what it was given before
        }
    }
}
