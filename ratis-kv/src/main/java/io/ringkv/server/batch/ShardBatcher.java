package io.ringkv.server.batch;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.time.NanoClock;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.replica.SubmitException;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.ShardMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the writes of one shard into entries and keeps one entry in flight. Guarantees:
 *
 * <ul>
 *   <li>Every write that was offered is answered exactly once. One that was proposed, but whose entry's fate is not known,
 *       is answered {@code ATTEMPT_IN_DOUBT}, never as refused.
 *   <li>Writes of one client enter the log in the order they were offered.
 *   <li>A write that arrives while the same operation waits or is in flight is not proposed again, it gets that outcome.
 *   <li>No more waits than {@link BatchLimits} allows; more is refused at once.
 *   <li>A write whose budget is over is dropped, if it has not been proposed.
 * </ul>
 *
 * <p>Threading: {@link #offer} from any thread. Outcomes arrive on the thread that applies entries, which also answers the
 * callers and proposes the next entry. The lock covers bookkeeping only: neither callers nor Raft are called under it.
 */
public final class ShardBatcher {
    private static final Logger LOG = LoggerFactory.getLogger(ShardBatcher.class);

    private final ShardReplica replica;
    private final BatchLimits limits;
    private final EntryWriter writer;
    private final NanoClock clock;
    private final DelayTimer timer;
    private final BatchMetrics metrics;
    private final Object lock = new Object();
    private final WaitingWrites waiting;
    private Gathering gathering;
    private boolean entryInFlight;
    private boolean timerSet;
    private boolean closed;
    /** Number of the present gathering: a timer of an earlier one does nothing. */
    private long gatheringNumber;

    ShardBatcher(
            ShardReplica replica,
            BatchLimits limits,
            EntryWriter writer,
            NanoClock clock,
            DelayTimer timer,
            BatchMetrics metrics) {
        this.replica = replica;
        this.limits = limits;
        this.writer = writer;
        this.clock = clock;
        this.timer = timer;
        this.metrics = metrics;
        this.waiting = new WaitingWrites(replica.shard(), limits);
        this.gathering = Gathering.eager(clock.nanos());
    }

    /** The replica whose writes are gathered. */
    ShardReplica replica() {
        return replica;
    }

    /** Takes over a write: it will be answered, possibly before this call returns. */
    public void offer(PendingWrite write) {
        Refusal refusal;
        List<PendingWrite> entry = List.of();
        synchronized (lock) {
            refusal = admit(write);
            if (refusal == null) {
                entry = takeEntryIfDue();
            }
        }
        if (refusal != null) {
            metrics.refused();
            FanOut.refuse(List.of(write), refusal.code(), true, null, refusal.sentence());
        }
        propose(entry);
    }

    /** Answers writes whose budget ended while they waited. */
    void dropExpired() {
        List<PendingWrite> expired;
        synchronized (lock) {
            if (waiting.size() == 0) {
                return;
            }
            long now = clock.nanos();
            expired = waiting.removeIf(write -> write.isExpired(now));
        }
        refuseExpired(expired);
    }

    /** Refuses everything that waits and all that comes; what is in flight gets its outcome when it is known. */
    void close(ErrorCode code, String sentence) {
        List<PendingWrite> refused;
        synchronized (lock) {
            closed = true;
            refused = waiting.removeIf(write -> true);
        }
        FanOut.refuse(refused, code, true, null, sentence);
    }

    /** Writes that wait, without those in flight. */
    int waiting() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    private @Nullable Refusal admit(PendingWrite write) {
        if (closed) {
            return new Refusal(ErrorCode.UNAVAILABLE, "The replica of shard " + replica.shard() + " is being closed");
        }
        if (waiting.join(write)) {
            metrics.joined();
            return null;
        }
        String noRoom = waiting.checkRoom(write);
        if (noRoom != null) {
            return new Refusal(ErrorCode.SHARD_QUEUE_FULL, noRoom);
        }
        waiting.add(write);
        return null;
    }

    /** Under the lock: the writes to propose now, or none; sets the timer when they are to wait for more. */
    private List<PendingWrite> takeEntryIfDue() {
        if (entryInFlight) {
            return List.of();
        }
        long now = clock.nanos();
        long delay = gathering.delayNanos(waiting.size(), waiting.bytes(), limits, now);
        if (delay == Gathering.NOTHING) {
            return List.of();
        }
        if (delay > Gathering.NOW) {
            setTimer(delay);
            return List.of();
        }
        entryInFlight = true;
        gatheringNumber++;
        timerSet = false;
        return waiting.takeEntry();
    }

    private void setTimer(long delayNanos) {
        if (!timerSet) {
            timerSet = true;
            long number = gatheringNumber;
            timer.runAfter(delayNanos, () -> lingerEnded(number));
        }
    }

    private void lingerEnded(long number) {
        List<PendingWrite> entry = List.of();
        synchronized (lock) {
            if (number == gatheringNumber && timerSet) {
                timerSet = false;
                entry = takeEntryIfDue();
            }
        }
        propose(entry);
    }

    /** Proposes an entry, and the next ones as long as each is decided at once: a loop, so that the stack stays flat. */
    private void propose(List<PendingWrite> taken) {
        List<PendingWrite> entry = taken;
        while (!entry.isEmpty()) {
            InFlight inFlight = new InFlight(entry);
            start(inFlight);
            entry = inFlight.startReturned() ? entryDone() : List.of();
        }
    }

    private void start(InFlight inFlight) {
        List<PendingWrite> writes = withoutExpired(inFlight);
        if (writes.isEmpty()) {
            inFlight.decided();
            return;
        }
        ShardMeta meta = metaIfOpen();
        if (meta == null) {
            refuseEntry(
                    inFlight,
                    new SubmitException(
                            ErrorCode.LEADER_NOT_READY, true, null, "The shard's first entry is not applied here yet"));
            inFlight.decided();
            return;
        }
        byte[] bytes;
        try {
            bytes = writer.encode(replica, meta, writes);
        } catch (RuntimeException e) {
            LOG.error("event=entry_not_encoded shard={} operations={}", replica.shard(), writes.size(), e);
            refuseEntry(inFlight, new SubmitException(ErrorCode.INTERNAL, true, null, "The entry cannot be encoded"));
            inFlight.decided();
            return;
        }
        metrics.proposed(writes.size(), bytes.length);
        inFlight.proposedNanos = clock.nanos();
        try {
            replica.submit(bytes).whenComplete((outcome, error) -> entryDecided(inFlight, outcome, error));
        } catch (RuntimeException e) {
            entryDecided(inFlight, null, e);
        }
    }

    private @Nullable ShardMeta metaIfOpen() {
        try {
            return replica.reader().meta();
        } catch (EngineClosedException e) {
            return null;
        }
    }

    private List<PendingWrite> withoutExpired(InFlight inFlight) {
        long now = clock.nanos();
        List<PendingWrite> expired = new ArrayList<>(0);
        synchronized (lock) {
            inFlight.writes.removeIf(write -> {
                boolean over = write.isExpired(now);
                if (over) {
                    waiting.forget(write);
                    expired.add(write);
                }
                return over;
            });
        }
        refuseExpired(expired);
        return inFlight.writes;
    }

    /** Called once per submitted entry, on whatever thread learned of its fate. */
    private void entryDecided(InFlight inFlight, @Nullable EntryOutcome outcome, @Nullable Throwable error) {
        if (outcome != null && outcome.operations().size() == inFlight.writes.size()) {
            completeEntry(inFlight, outcome);
        } else {
            refuseEntry(inFlight, asSubmitException(error, outcome));
        }
        if (inFlight.decided()) {
            propose(entryDone());
        }
    }

    private void completeEntry(InFlight inFlight, EntryOutcome outcome) {
        List<PendingWrite> writes = inFlight.writes;
        synchronized (lock) {
            // Counted before any caller hears of its result: what comes afterwards is the callers' next round.
            long now = clock.nanos();
            gathering = Gathering.afterEntry(writes.size(), waiting.size(), now - inFlight.proposedNanos, limits, now);
            writes.forEach(waiting::forget);
        }
        FanOut.complete(writes, outcome);
    }

    private void refuseEntry(InFlight inFlight, SubmitException refusal) {
        List<PendingWrite> refused = new ArrayList<>(inFlight.writes);
        List<PendingWrite> behind = List.of();
        synchronized (lock) {
            gathering = Gathering.eager(clock.nanos());
            refused.forEach(waiting::forget);
            if (refusal.notProposed() && refusal.code() == ErrorCode.NOT_LEADER) {
                // Whatever waits would be refused the same way, one entry after the other.
                behind = waiting.removeIf(write -> true);
            }
        }
        ErrorCode code = refusal.notProposed() ? refusal.code() : ErrorCode.ATTEMPT_IN_DOUBT;
        String sentence = String.valueOf(refusal.getMessage());
        FanOut.refuse(refused, code, refusal.notProposed(), refusal.leaderHint(), sentence);
        FanOut.refuse(behind, refusal.code(), true, refusal.leaderHint(), sentence);
    }

    private SubmitException asSubmitException(@Nullable Throwable error, @Nullable EntryOutcome outcome) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof SubmitException refusal) {
            return refusal;
        }
        LOG.error("event=entry_outcome_unusable shard={} outcome={}", replica.shard(), outcome, cause);
        return new SubmitException(ErrorCode.ATTEMPT_IN_DOUBT, false, null, "The outcome of the entry is not known");
    }

    /** The entry in flight has been answered: takes the next one if it is due. */
    private List<PendingWrite> entryDone() {
        synchronized (lock) {
            entryInFlight = false;
            return takeEntryIfDue();
        }
    }

    private void refuseExpired(List<PendingWrite> expired) {
        if (!expired.isEmpty()) {
            metrics.expired(expired.size());
            FanOut.refuse(
                    expired,
                    ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED,
                    true,
                    null,
                    "The request's budget ended before shard " + replica.shard() + " took it");
        }
    }

    private record Refusal(ErrorCode code, String sentence) {}
}
