package io.ringkv.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TransferRateTest {
    private static final long MEGABYTE = 1_000_000;

    private long nowNanos = -5_000;
    private final TransferRate rate = new TransferRate(() -> nowNanos, 10 * MEGABYTE, 250);

    private long reserveMillis(long bytes) {
        return TimeUnit.NANOSECONDS.toMillis(rate.reserve(bytes));
    }

    @Test
    void letsTheFirstGoAtOnceAndOthersWaitForTheirTurn() {
        assertThat(reserveMillis(MEGABYTE)).isZero();
        assertThat(reserveMillis(MEGABYTE)).isEqualTo(100);
        assertThat(reserveMillis(MEGABYTE)).isEqualTo(200);
    }

    @Test
    void keepsTheRateOverALongTransfer() {
        long begin = nowNanos;
        for (int i = 0; i < 100; i++) {
            nowNanos += rate.reserve(MEGABYTE);
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(nowNanos - begin)).isEqualTo(9_900);
    }

    @Test
    void savesNothingUpWhileNothingIsSent() {
        reserveMillis(MEGABYTE);
        nowNanos += TimeUnit.HOURS.toNanos(1);
        assertThat(reserveMillis(MEGABYTE)).isZero();
        assertThat(reserveMillis(MEGABYTE)).isEqualTo(100);
    }

    @Test
    void letsNobodyWaitBeyondTheBoundHoweverManyThereAre() {
        for (int i = 0; i < 50; i++) {
            assertThat(reserveMillis(MEGABYTE)).isLessThanOrEqualTo(250);
        }
        // Nor is a debt left behind by them.
        nowNanos += TimeUnit.MILLISECONDS.toNanos(400);
        assertThat(reserveMillis(MEGABYTE)).isZero();
    }

    @Test
    void refusesRatesThatCannotBeMeant() {
        assertThatThrownBy(() -> new TransferRate(() -> 0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TransferRate(() -> 0, 1, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
