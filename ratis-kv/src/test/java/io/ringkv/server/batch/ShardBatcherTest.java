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
import io.ringkv.server.replica.SubmitException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShardBatcherTest {
    private static final BatchLimits LIMITS = new BatchLimits(8, 10_000, 400_000, 20, 30_000, 25_000);
    private static final long SESSION = 5;

    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final FakeReplica replica = new FakeReplica(1, TokenRange.fullCircle());
    private final AtomicInteger flushes = new AtomicInteger();
    private final ReplyTarget target = flushes::incrementAndGet;
    private final ShardBatcher batcher = new ShardBatcher(
            replica,
            LIMITS,
            new LogEntryWriter(FakeReplica.SELF, InstantSource.system()),
            clock,
            timer,
            new BatchMetrics(new SimpleMeterRegistry()));

    /** Applies the oldest entry; it took as long as the linger. */
    private void applyNext() {
        clock.advanceNanos(LIMITS.lingerNanos());
        replica.applyNext();
    }

    @Test
    void proposesALoneWriteAtOnce() {
        RecordedWrite write = offer(1);

        applyNext();

        assertThat(write.outcome()).isNotNull();
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void gathersWhatArrivesWhileAnEntryIsInFlight() throws Exception {
        offer(1);
        List<RecordedWrite> gathered = List.of(offer(2), offer(3), offer(4));

        assertThat(replica.undecided()).isEqualTo(1);
        applyNext();
        // One done and three waiting then: four are expected.
        RecordedWrite fourth = offer(5);

        assertThat(operationsOf(next())).isEqualTo(4);
        assertThat(gathered).noneMatch(RecordedWrite::isAnswered);
        assertThat(fourth.isAnswered()).isFalse();
    }

    @Test
    void proposesWhatIsThereWhenTheLingerEnds() throws Exception {
        offer(1);
        offer(2);
        offer(3);
        applyNext();

        assertThat(replica.undecided()).isZero();
        clock.advanceNanos(LIMITS.lingerNanos());
        timer.runDue();

        assertThat(operationsOf(next())).isEqualTo(2);
    }

    @Test
    void ignoresATimerOfAnEarlierGathering() {
        offer(1);
        offer(2);
        applyNext();
        offer(3);
        applyNext();
        offer(4);
        clock.advanceNanos(LIMITS.lingerNanos());

        timer.runDue();

        assertThat(replica.undecided()).isEqualTo(1);
    }

    @Test
    void closesAnEntryBeforeItGrowsTooLargeButLetsALargeOperationTravelAlone() throws Exception {
        offer(1);
        offer(2, 6_000);
        offer(3, 6_000);
        offer(4, 12_000);
        applyNext();

        assertThat(operationsOf(next())).as("entry with the second write").isEqualTo(1);
    }

    @Test
    void flushesATargetOncePerEntry() {
        offer(1);
        offer(2);
        offer(3);
        applyNext();
        flushes.set(0);
        clock.advanceNanos(LIMITS.lingerNanos());
        timer.runDue();

        applyNext();

        assertThat(flushes).hasValue(1);
    }

    @Test
    void joinsADuplicateToTheWriteInFlightAndToTheOneThatWaits() {
        RecordedWrite first = offer(1);
        RecordedWrite firstAgain = offer(1);
        RecordedWrite second = offer(2);
        RecordedWrite secondAgain = offer(2);

        applyNext();
        assertThat(List.of(first, firstAgain)).allMatch(write -> write.outcome() != null);
        clock.advanceNanos(LIMITS.lingerNanos());
        timer.runDue();
        applyNext();

        assertThat(List.of(second, secondAgain)).allMatch(write -> write.outcome() != null);
        assertThat(replica.state().appliedSequences()).containsExactly(1L, 2L);
    }

    @Test
    void givesAJoinedWriteTheLongerBudget() {
        offer(1);
        RecordedWrite hasty = new RecordedWrite("a", RecordedWrite.put(SESSION, 2, 10), in(10), target);
        RecordedWrite patient = new RecordedWrite("a", RecordedWrite.put(SESSION, 2, 10), in(1000), target);
        batcher.offer(hasty);
        batcher.offer(patient);

        clock.advanceMillis(20);
        batcher.dropExpired();

        assertThat(hasty.isAnswered()).isFalse();
    }

    @Test
    void proposesAgainWhatCameAfterTheOutcome() {
        offer(1);
        applyNext();

        RecordedWrite again = offer(1);
        applyNext();

        assertThat(again.outcome()).isNotNull();
        assertThat(replica.state().appliedSequences()).containsExactly(1L, 1L);
    }

    @Test
    void refusesBeyondTheBoundOfOperations() {
        offer(1);
        for (int i = 0; i < LIMITS.queueOperationsMax(); i++) {
            assertThat(offer(2 + i).isAnswered()).isFalse();
        }

        RecordedWrite excess = offer(100);

        assertThat(excess.refusal()).isEqualTo(ErrorCode.SHARD_QUEUE_FULL);
        assertThat(excess.notProposed()).isTrue();
    }

    @Test
    void refusesBeyondTheBoundsOfBytes() {
        offer("a", 1, 10);
        offer("a", 2, 20_000);

        assertThat(offer("a", 3, 6_000).refusal()).as("client's share").isEqualTo(ErrorCode.SHARD_QUEUE_FULL);
        assertThat(offer("b", 4, 6_000).isAnswered()).as("another client").isFalse();
        assertThat(offer("c", 5, 6_000).refusal()).as("whole queue").isEqualTo(ErrorCode.SHARD_QUEUE_FULL);
    }

    @Test
    void takesAnOperationLargerThanTheQueueWhenItIsAlone() {
        offer("a", 1, 10);

        assertThat(offer("b", 2, 40_000).isAnswered()).isFalse();
    }

    @Test
    void dropsWritesWhoseBudgetEndsBeforeTheyAreProposed() {
        offer(1);
        RecordedWrite late = new RecordedWrite("a", RecordedWrite.put(SESSION, 2, 10), in(5), target);
        batcher.offer(late);

        clock.advanceMillis(5);
        batcher.dropExpired();

        assertThat(late.refusal()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED);
        assertThat(late.notProposed()).isTrue();
    }

    @Test
    void neverProposesAnExpiredWriteEvenWithoutASweep() {
        RecordedWrite first = offer(1);
        RecordedWrite late = new RecordedWrite("a", RecordedWrite.put(SESSION, 2, 10), in(5), target);
        batcher.offer(late);
        clock.advanceMillis(5);

        applyNext();
        timer.runDue();
        offer(3);

        assertThat(first.outcome()).isNotNull();
        assertThat(late.refusal()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED);
    }

    @Test
    void answersInDoubtWhenTheFateOfTheEntryIsUnknown() {
        RecordedWrite write = offer(1);

        fail(new SubmitException(ErrorCode.NOT_LEADER, false, FakeReplica.OTHER, "stepped down"));

        assertThat(write.refusal()).isEqualTo(ErrorCode.ATTEMPT_IN_DOUBT);
        assertThat(write.notProposed()).isFalse();
    }

    @Test
    void answersInDoubtWhenTheEntryFailsInAnUnforeseenWay() {
        RecordedWrite write = offer(1);

        fail(new IllegalStateException("a fault of the test"));

        assertThat(write.refusal()).isEqualTo(ErrorCode.ATTEMPT_IN_DOUBT);
        assertThat(write.notProposed()).isFalse();
    }

    @Test
    void refusesAllThatWaitsWhenTheReplicaLeadsNoMore() {
        RecordedWrite proposed = offer(1);
        RecordedWrite waiting = offer(2);

        fail(new SubmitException(ErrorCode.NOT_LEADER, true, FakeReplica.OTHER, "not the leader"));

        assertThat(List.of(proposed, waiting))
                .allMatch(write -> write.refusal() == ErrorCode.NOT_LEADER && write.notProposed());
        assertThat(batcher.waiting()).isZero();
    }

    @Test
    void goesOnAfterARefusedEntry() {
        RecordedWrite refused = offer(1);
        RecordedWrite next = offer(2);

        fail(new SubmitException(ErrorCode.OVERLOADED, true, null, "too many pending requests"));
        applyNext();

        assertThat(refused.refusal()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(next.outcome()).isNotNull();
    }

    @Test
    void refusesEverythingOnceClosedButWaitsForTheEntryInFlight() {
        RecordedWrite inFlight = offer(1);
        RecordedWrite waiting = offer(2);

        batcher.close(ErrorCode.SHUTTING_DOWN, "The server stops");
        RecordedWrite late = offer(3);

        assertThat(waiting.refusal()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(late.notProposed()).isTrue();
        assertThat(inFlight.isAnswered()).isFalse();
        applyNext();
        assertThat(inFlight.outcome()).isNotNull();
    }

    @Test
    void refusesWhenTheShardsFirstEntryIsNotApplied() {
        replica.state().setMeta(null);

        assertThat(offer(1).refusal()).isEqualTo(ErrorCode.LEADER_NOT_READY);
        assertThat(batcher.waiting()).isZero();
    }

    @Test
    void refusesWhenTheReplicaWasClosedAndGoesOn() {
        replica.state().close();

        assertThat(offer(1).notProposed()).isTrue();
        assertThat(offer(2).notProposed()).isTrue();
    }

    @Test
    void keepsTheStackFlatWhenEntriesCompleteAtOnce() {
        offer(1);
        List<RecordedWrite> large = new ArrayList<>();
        for (int i = 0; i < LIMITS.queueOperationsMax(); i++) {
            large.add(offer(2 + i, 1_000));
        }
        Submitted first = next();
        replica.applyAtOnce();

        first.outcome().complete(replica.state().apply(first.entry()));
        clock.advanceNanos(LIMITS.lingerNanos());
        timer.runDue();
        clock.advanceNanos(LIMITS.lingerNanos());
        timer.runDue();
        clock.advanceNanos(LIMITS.lingerNanos());
        timer.runDue();

        assertThat(large).allMatch(write -> write.outcome() != null);
    }

    private RecordedWrite offer(long sequence) {
        return offer("a", sequence, 10);
    }

    private RecordedWrite offer(long sequence, int valueBytes) {
        return offer("a", sequence, valueBytes);
    }

    private RecordedWrite offer(String client, long sequence, int valueBytes) {
        RecordedWrite write =
                new RecordedWrite(client, RecordedWrite.put(SESSION, sequence, valueBytes), in(60_000), target);
        batcher.offer(write);
        return write;
    }

    private long in(long millis) {
        return clock.nanos() + millis * 1_000_000;
    }

    private Submitted next() {
        return Objects.requireNonNull(replica.nextSubmitted(), "submitted entry");
    }

    private void fail(RuntimeException error) {
        next().outcome().completeExceptionally(error);
    }

    private static int operationsOf(Submitted submitted) throws Exception {
        return LogEntry.parse(submitted.entry()).count();
    }
}
