package io.ringkv.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.fake.FakeReplica;
import io.ringkv.server.fake.FakeReplica.Submitted;
import io.ringkv.server.fake.ManualClock;
import io.ringkv.server.fake.ManualTimer;
import io.ringkv.server.log.LogEntry;
import io.ringkv.server.log.OperationCursor;
import io.ringkv.server.replica.SubmitException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Random callers, a log that applies, refuses and forgets at random, and after every step the invariants: each write is
 * answered once and truthfully, one entry is in flight, bounds hold, the order of a session is kept.
 */
class ShardBatcherSimulationTest {
    private static final BatchLimits LIMITS = new BatchLimits(16, 5_000, 400_000, 40, 20_000, 12_000);
    private static final int SESSIONS = 6;

    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final FakeReplica replica = new FakeReplica(1, TokenRange.fullCircle());
    private final ShardBatcher batcher = new ShardBatcher(
            replica,
            LIMITS,
            new LogEntryWriter(FakeReplica.SELF, InstantSource.system()),
            clock,
            timer,
            new BatchMetrics(new SimpleMeterRegistry()));

    private final List<RecordedWrite> unanswered = new ArrayList<>();
    private final Set<String> answered = new HashSet<>();
    private final Map<Long, Long> lastSequence = new HashMap<>();
    /** Writes that an undecided or decided entry carried, as session and sequence. */
    private final Set<String> proposed = new HashSet<>();

    private final Set<String> applied = new HashSet<>();
    private final Map<Long, Long> lastApplied = new HashMap<>();

    @RepeatedTest(60)
    void answersEveryWriteOnceAndTruthfully(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        try {
            for (int step = 0; step < 1500; step++) {
                step(random);
                checkBounds();
            }
            finish();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private void step(Random random) throws Exception {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> offerNew(random);
            case 5 -> offerAgain(random);
            case 6, 7 -> decide(random);
            case 8 -> {
                clock.advanceNanos(random.nextInt(300_000));
                timer.runDue();
            }
            case 9 -> {
                clock.advanceMillis(random.nextInt(4));
                timer.runDue();
                batcher.dropExpired();
            }
            default -> {
                Submitted next = replica.nextSubmitted();
                if (next != null) {
                    apply(next);
                }
            }
        }
    }

    private void offerNew(Random random) {
        long session = 1L + random.nextInt(SESSIONS);
        long sequence = lastSequence.merge(session, 1L, Long::sum);
        int valueBytes = random.nextInt(20) == 0 ? 6_000 : random.nextInt(400);
        offer(session, sequence, valueBytes, random.nextInt(8) == 0 ? 2 : 10_000);
    }

    private void offerAgain(Random random) {
        if (!unanswered.isEmpty()) {
            WriteOperation earlier =
                    unanswered.get(random.nextInt(unanswered.size())).operation();
            if (!answered.contains(nameOf(earlier))) {
                offer(earlier.session(), earlier.sequence(), 10, 10_000);
            }
        }
    }

    private static String nameOf(WriteOperation operation) {
        return operation.session() + "/" + operation.sequence();
    }

    private void offer(long session, long sequence, int valueBytes, long budgetMillis) {
        RecordedWrite write = new RecordedWrite(
                "client of " + session,
                RecordedWrite.put(session, sequence, valueBytes),
                clock.nanos() + budgetMillis * 1_000_000,
                () -> {});
        unanswered.add(write);
        batcher.offer(write);
    }

    private void decide(Random random) throws Exception {
        Submitted next = replica.nextSubmitted();
        if (next == null) {
            return;
        }
        note(next);
        switch (random.nextInt(4)) {
            case 0 -> refuse(next, new SubmitException(ErrorCode.NOT_LEADER, true, FakeReplica.OTHER, "not leader"));
            case 1 -> refuse(next, new SubmitException(ErrorCode.OVERLOADED, true, null, "pending requests"));
            case 2 ->
                next.outcome()
                        .completeExceptionally(new SubmitException(ErrorCode.NOT_LEADER, false, null, "stepped down"));
            default -> apply(next);
        }
    }

    /** What Raft refuses has never been proposed: it counts again when it comes again. */
    private void refuse(Submitted entry, SubmitException refusal) throws Exception {
        proposed.removeAll(namesOf(entry));
        entry.outcome().completeExceptionally(refusal);
    }

    private void apply(Submitted entry) throws Exception {
        note(entry);
        for (String name : namesOf(entry)) {
            applied.add(name);
        }
        OperationCursor operations = LogEntry.parse(entry.entry()).operations();
        while (operations.next()) {
            Long before = lastApplied.put(operations.session(), operations.sequence());
            assertThat(before == null || before < operations.sequence())
                    .as("session %d: %d applied after %d", operations.session(), operations.sequence(), before)
                    .isTrue();
        }
        entry.outcome().complete(replica.state().apply(entry.entry()));
    }

    private void note(Submitted entry) throws Exception {
        List<String> names = namesOf(entry);
        assertThat(names.size()).isBetween(1, LIMITS.entryOperationsMax());
        assertThat(names.size() == 1 || entry.entry().length <= LIMITS.entryBytesMax() + 64)
                .as("entry of %d operations with %d bytes", names.size(), entry.entry().length)
                .isTrue();
        assertThat(names).doesNotHaveDuplicates();
        proposed.addAll(names);
    }

    private static List<String> namesOf(Submitted entry) throws Exception {
        List<String> names = new ArrayList<>();
        OperationCursor operations = LogEntry.parse(entry.entry()).operations();
        while (operations.next()) {
            names.add(operations.session() + "/" + operations.sequence());
        }
        return names;
    }

    private void checkBounds() {
        if (replica.undecided() > 1) {
            throw new AssertionError(replica.undecided() + " entries in flight");
        }
        if (batcher.waiting() > LIMITS.queueOperationsMax()) {
            throw new AssertionError(batcher.waiting() + " operations wait");
        }
        unanswered.removeIf(write -> write.isAnswered() && checkAnswer(write));
    }

    private boolean checkAnswer(RecordedWrite write) {
        String name = nameOf(write.operation());
        answered.add(name);
        if (write.outcome() != null && !applied.contains(name)) {
            throw new AssertionError(name + " was answered as applied, and was not");
        }
        if (write.refusal() != null && write.notProposed() && proposed.contains(name)) {
            throw new AssertionError(name + " was answered as not proposed, and was");
        }
        return true;
    }

    private void finish() throws Exception {
        while (!unanswered.isEmpty()) {
            Submitted next = replica.nextSubmitted();
            if (next != null) {
                apply(next);
            } else {
                int before = unanswered.size();
                clock.advanceNanos(LIMITS.lingerNanos());
                timer.runDue();
                checkBounds();
                if (replica.undecided() == 0 && unanswered.size() == before) {
                    throw new AssertionError("nothing happens when the linger ends, and " + before + " writes wait");
                }
            }
            checkBounds();
        }
        assertThat(batcher.waiting()).isZero();
    }
}
