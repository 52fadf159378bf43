package io.ringkv.common.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deadline is right wherever the clock's zero lies, also where its readings overflow. */
class DeadlineTest {

    private static final class SteppedClock implements NanoClock {
        private long nanos;

        SteppedClock(long nanos) {
            this.nanos = nanos;
        }

        void advance(Duration step) {
            nanos += step.toNanos();
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1_000_000, Long.MAX_VALUE - 10, Long.MIN_VALUE})
    void expiresWhenItsTimeIsOver(long start) {
        SteppedClock clock = new SteppedClock(start);
        Deadline deadline = Deadline.after(clock, Duration.ofMillis(5));

        assertThat(deadline.isExpired(clock)).isFalse();
        assertThat(deadline.remainingMillis(clock)).isEqualTo(5);
        clock.advance(Duration.ofNanos(4_999_999));
        assertThat(deadline.isExpired(clock)).isFalse();
        assertThat(deadline.remainingNanos(clock)).isEqualTo(1);
        assertThat(deadline.remainingMillis(clock)).as("rounded up").isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        assertThat(deadline.isExpired(clock)).isTrue();
        assertThat(deadline.remainingMillis(clock)).isZero();
        clock.advance(Duration.ofDays(1));
        assertThat(deadline.isExpired(clock)).isTrue();
        assertThat(deadline.remainingMillis(clock)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE, Long.MIN_VALUE})
    void cutsWaitsThatNeverEnd(long start) {
        NanoClock clock = () -> start;

        assertThat(Deadline.after(clock, Duration.ofSeconds(Long.MAX_VALUE)).isExpired(clock))
                .isFalse();
        assertThat(Deadline.after(clock, Duration.ofSeconds(Long.MIN_VALUE)).isExpired(clock))
                .isTrue();
        assertThat(Deadline.afterMillis(clock, Long.MAX_VALUE).isExpired(clock)).isFalse();
    }

    @Test
    void findsTheEarlierOfTwoAcrossTheOverflow() {
        SteppedClock clock = new SteppedClock(Long.MAX_VALUE - 10);
        Deadline sooner = Deadline.after(clock, Duration.ofNanos(5));
        Deadline later = Deadline.after(clock, Duration.ofNanos(50));

        assertThat(sooner.earlier(later)).isEqualTo(sooner);
        assertThat(later.earlier(sooner)).isEqualTo(sooner);
        assertThat(sooner.earlier(sooner)).isEqualTo(sooner);
    }

    @Test
    void readsAClockThatGoesForward() {
        NanoClock clock = NanoClock.system();
        long first = clock.nanos();

        assertThat(clock.nanos() - first).isNotNegative();
    }
}
