package io.ringkv.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatheringTest {
    private static final BatchLimits LIMITS = new BatchLimits(256, 1000, 400, 4096, 1 << 20, 1 << 20);
    private static final long START = Long.MAX_VALUE - 100;
    /** After the turn-over of the clock. */
    private static final long LATER = Long.MIN_VALUE + 49;

    @ParameterizedTest(name = "{0} done, {1} waited then: with {2} waiting after {4} ns wait {5}")
    @CsvSource({
        // A lone caller never waits.
        "1, 0, 0, 0, 0, -1",
        "1, 0, 1, 10, 0, 0",
        // All callers came back.
        "64, 0, 64, 100, 50, 0",
        "40, 24, 64, 100, 50, 0",
        // Some are missing: wait, but not beyond the linger.
        "40, 24, 63, 100, 0, 400",
        "40, 24, 63, 100, 399, 1",
        "40, 24, 63, 100, 400, 0",
        "40, 24, 63, 100, 5000, 0",
        // Nothing to propose, however long it took.
        "40, 24, 0, 0, 5000, -1",
        // An entry that is large enough does not wait for more.
        "1000, 1000, 127, 100, 0, 400",
        "1000, 1000, 128, 100, 0, 0",
        "40, 24, 2, 1000, 0, 0",
    })
    void waitsForAsManyAsAreExpected(
            int completed, int waitingThen, int waiting, long bytes, long laterNanos, long expectedDelay) {
        Gathering gathering = Gathering.afterEntry(completed, waitingThen, 1_000, LIMITS, START);

        assertThat(gathering.delayNanos(waiting, bytes, LIMITS, START + laterNanos))
                .isEqualTo(expectedDelay);
    }

    @Test
    void proposesTheFirstOperationAtOnceWhenNothingIsKnown() {
        Gathering gathering = Gathering.eager(START);

        assertThat(gathering.delayNanos(1, 1, LIMITS, START)).isEqualTo(Gathering.NOW);
    }

    @Test
    void neverWaitsWithALingerOfZero() {
        BatchLimits limits = new BatchLimits(256, 1000, 0, 4096, 1 << 20, 1 << 20);

        Gathering gathering = Gathering.afterEntry(64, 64, 1_000, limits, START);

        assertThat(gathering.delayNanos(1, 1, limits, START)).isEqualTo(Gathering.NOW);
    }

    @Test
    void neverWaitsLongerThanTheLastEntryTook() {
        Gathering gathering = Gathering.afterEntry(40, 24, 150, LIMITS, START);

        assertThat(gathering.delayNanos(63, 100, LIMITS, START + 20)).isEqualTo(130);
        assertThat(gathering.delayNanos(63, 100, LIMITS, LATER)).isEqualTo(Gathering.NOW);
    }

    @Test
    void waitsNotAtAllWhenTheClockRanBackwards() {
        Gathering gathering = Gathering.afterEntry(40, 24, -5, LIMITS, START);

        assertThat(gathering.delayNanos(63, 100, LIMITS, START)).isEqualTo(Gathering.NOW);
    }

    @Test
    void doesNotWaitForOperationsThatWouldNotFit() {
        BatchLimits limits = new BatchLimits(16, 1000, 400, 4096, 1 << 20, 1 << 20);

        Gathering gathering = Gathering.afterEntry(16, 100, 1_000, limits, START);

        assertThat(gathering.delayNanos(16, 1, limits, START)).isEqualTo(Gathering.NOW);
    }
}
