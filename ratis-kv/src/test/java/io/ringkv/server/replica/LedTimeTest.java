package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedTimeTest {
    private static final long NANOS_PER_MILLI = 1_000_000;

    @ParameterizedTest
    @CsvSource({
        "0, 500, 500, 0",
        "1000, 500, 500, 1000",
        "1000, 500, 999500, 1000",
        "1000, 500, 1000500, 1001",
        "1000, -5000000, 5000000, 1010",
        "1000, 0, 10000000000, 11000",
        // A clock that went back would be a fault of the machine; time does not follow it.
        "1000, 500, 0, 1000",
    })
    void goesOnFromTheStateByTheClock(long base, long since, long now, long expected) {
        AtomicLong clock = new AtomicLong(since);
        LedTime time = new LedTime(base, clock::get);
        clock.set(now);
        assertThat(time.millis()).isEqualTo(expected);
    }

    @Test
    void losesNothingHoweverOftenItIsLookedAt() {
        AtomicLong clock = new AtomicLong();
        LedTime time = new LedTime(0, clock::get);
        for (int i = 0; i < 30_000; i++) {
            clock.addAndGet(NANOS_PER_MILLI / 3 + 1);
            time.millis();
        }
        assertThat(time.millis()).isEqualTo(10_000);
    }

    @Test
    void doesNotCountAStopOfTheProcess() {
        AtomicLong clock = new AtomicLong();
        LedTime time = new LedTime(0, clock::get);
        clock.addAndGet(2_500 * NANOS_PER_MILLI);
        assertThat(time.millis()).isEqualTo(2_500);
        // Longer than any session of a one-shot command lives.
        clock.addAndGet(20 * 60_000 * NANOS_PER_MILLI);
        assertThat(time.millis()).isEqualTo(2_500 + LedTime.LOOK_MILLIS_MAX);
        clock.addAndGet(NANOS_PER_MILLI);
        assertThat(time.millis()).isEqualTo(2_501 + LedTime.LOOK_MILLIS_MAX);
    }
}
