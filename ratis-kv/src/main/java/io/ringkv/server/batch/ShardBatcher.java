package io.ringkv.server.batch;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.server.batch.WriteOperation.Identity;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.replica.SubmitException;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.OperationOutcome;
import io.ringkv.server.shard.ShardMeta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final FairQueue<PendingWrite> queue = new FairQueue<>(PendingWrite::bytes);
    /** Numbered writes that wait or are in flight. */
    private final Map<Identity, PendingWrite> known = new HashMap<>();

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
            refuseAll(List.of(write), refusal.code(), true, null, refusal.sentence());
        }
        propose(entry);
    }

    /** Answers writes whose budget ended while they waited. */
    void dropExpired() {
        List<PendingWrite> expired;
        synchronized (lock) {
            if (queue.size() == 0) {
                return;
            }
            long now = clock.nanos();
            expired = queue.removeIf(write -> write.isExpired(now));
            expired.forEach(this::forget);
        }
        refuseExpired(expired);
    }

    /** Refuses everything that waits and all that comes; what is in flight gets its outcome when it is known. */
    void close(ErrorCode code, String sentence) {
        List<PendingWrite> waiting;
        synchronized (lock) {
            closed = true;
            waiting = queue.removeIf(write -> true);
            waiting.forEach(this::forget);
        }
        refuseAll(waiting, code, true, null, sentence);
    }

    /** Writes that wait, without those in flight. */
    int waiting() {
        synchronized (lock) {
            return queue.size();
        }
    }

    private @Nullable Refusal admit(PendingWrite write) {
        if (closed) {
            return new Refusal(ErrorCode.UNAVAILABLE, "The replica of shard " + replica.shard() + " is being closed");
        }
        WriteOperation operation = write.operation();
        if (operation.hasIdentity()) {
            PendingWrite first = known.get(operation.identity());
            if (first != null) {
                first.join(write);
                metrics.joined();
                return null;
            }
        }
        Refusal refusal = checkRoom(write);
        if (refusal != null) {
            return refusal;
        }
        if (operation.hasIdentity()) {
            known.put(operation.identity(), write);
        }
        queue.add(write.client(), write);
        return null;
    }

    private @Nullable Refusal checkRoom(PendingWrite write) {
        int bytes = write.bytes();
        if (queue.size() >= limits.queueOperationsMax()) {
            return full(queue.size() + " operations wait for shard ", limits.queueOperationsMax());
        }
        if (queue.bytes() + bytes > limits.queueBytesMax() && queue.size() > 0) {
            return full(queue.bytes() + " bytes wait for shard ", limits.queueBytesMax());
        }
        long ofClient = queue.bytesOf(write.client());
        if (ofClient + bytes > limits.clientBytesMax() && ofClient > 0) {
            return full(ofClient + " bytes of this client wait for shard ", limits.clientBytesMax());
        }
        return null;
    }

    private Refusal full(String what, long limit) {
        return new Refusal(ErrorCode.SHARD_QUEUE_FULL, what + replica.shard() + "; the limit is " + limit);
    }

    /** Under the lock: the writes to propose now, or none; sets the timer when they are to wait for more. */
    private List<PendingWrite> takeEntryIfDue() {
        if (entryInFlight) {
            return List.of();
        }
        long now = clock.nanos();
        long delay = gathering.delayNanos(queue.size(), queue.bytes(), limits, now);
        if (delay == Gathering.NOTHING) {
            return List.of();
        }
        if (delay > Gathering.NOW) {
            setTimer(delay);
            return List.of();
        }
        List<PendingWrite> entry = new ArrayList<>(Math.min(queue.size(), limits.entryOperationsMax()));
        long bytes = 0;
        while (entry.size() < limits.entryOperationsMax()
                && queue.size() > 0
                && (entry.isEmpty() || bytes + queue.nextBytes() <= limits.entryBytesMax())) {
            bytes += queue.nextBytes();
            PendingWrite write = queue.poll();
            if (write != null) {
                entry.add(write);
            }
        }
        entryInFlight = true;
        gatheringNumber++;
        timerSet = false;
        return entry;
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
        ShardMeta meta = replica.reader().meta();
        if (meta == null) {
            refuseEntry(
                    inFlight,
                    new SubmitException(
                            ErrorCode.LEADER_NOT_READY, true, null, "The first entry of the shard is not applied yet"));
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
        try {
            replica.submit(bytes).whenComplete((outcome, error) -> entryDecided(inFlight, outcome, error));
        } catch (RuntimeException e) {
            entryDecided(inFlight, null, e);
        }
    }

    private List<PendingWrite> withoutExpired(InFlight inFlight) {
        long now = clock.nanos();
        List<PendingWrite> expired = new ArrayList<>(0);
        synchronized (lock) {
            inFlight.writes.removeIf(write -> {
                boolean over = write.isExpired(now);
                if (over) {
                    forget(write);
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
            gathering = Gathering.afterEntry(writes.size(), queue.size(), limits, clock.nanos());
            writes.forEach(this::forget);
        }
        FlushSet flushes = new FlushSet();
        for (int i = 0; i < writes.size(); i++) {
            OperationOutcome result = outcome.operations().get(i);
            for (PendingWrite write = writes.get(i); write != null; write = write.nextDuplicate()) {
                complete(write, result);
                flushes.add(write.replyTarget());
            }
        }
        flushes.flush();
    }

    // One caller's fault must not keep the others of an entry from their answers, nor the batcher from going on.

    private static void complete(PendingWrite write, OperationOutcome result) {
        try {
            write.complete(result);
        } catch (RuntimeException e) {
            LOG.error("event=answer_failed session={}", write.operation().session(), e);
        }
    }

    private static void refuse(
            PendingWrite write, ErrorCode code, boolean notProposed, @Nullable ServerId leader, String sentence) {
        try {
            write.refuse(code, notProposed, leader, sentence);
        } catch (RuntimeException e) {
            LOG.error("event=answer_failed session={}", write.operation().session(), e);
        }
    }

    private void refuseEntry(InFlight inFlight, SubmitException refusal) {
        List<PendingWrite> refused = new ArrayList<>(inFlight.writes);
        List<PendingWrite> waiting = List.of();
        synchronized (lock) {
            gathering = Gathering.eager(clock.nanos());
            refused.forEach(this::forget);
            if (refusal.notProposed() && refusal.code() == ErrorCode.NOT_LEADER) {
                // Whatever waits would be refused the same way, one entry after the other.
                waiting = queue.removeIf(write -> true);
                waiting.forEach(this::forget);
            }
        }
        ErrorCode code = refusal.notProposed() ? refusal.code() : ErrorCode.ATTEMPT_IN_DOUBT;
        String sentence = String.valueOf(refusal.getMessage());
        refuseAll(refused, code, refusal.notProposed(), refusal.leaderHint(), sentence);
        refuseAll(waiting, refusal.code(), true, refusal.leaderHint(), sentence);
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

    private void forget(PendingWrite write) {
        if (write.operation().hasIdentity()) {
            known.remove(write.operation().identity(), write);
        }
    }

    private void refuseExpired(List<PendingWrite> expired) {
        if (!expired.isEmpty()) {
            metrics.expired(expired.size());
            refuseAll(
                    expired,
                    ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED,
                    true,
                    null,
                    "The request's budget ended before shard " + replica.shard() + " took it");
        }
    }

    private static void refuseAll(
            List<PendingWrite> writes,
            ErrorCode code,
            boolean notProposed,
            @Nullable ServerId leader,
            String sentence) {
        FlushSet flushes = new FlushSet();
        for (PendingWrite first : writes) {
            for (PendingWrite write = first; write != null; write = write.nextDuplicate()) {
                refuse(write, code, notProposed, leader, sentence);
                flushes.add(write.replyTarget());
            }
        }
        flushes.flush();
    }

    private record Refusal(ErrorCode code, String sentence) {}
}
