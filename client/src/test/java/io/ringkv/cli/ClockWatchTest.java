package io.ringkv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClockWatchTest {
    private Instant now = Instant.parse("2026-05-01T12:00:00Z");
    private final List<RingKvException> told = new ArrayList<>();
    private final ClockWatch watch = new ClockWatch(() -> now, () -> 0, told::add);

    @Test
    void tellsTheOperatorOfAClockThatWasSetBack() {
        watch.look();
        assertThat(told).isEmpty();

        now = now.minusSeconds(3600);
        watch.look();

        assertThat(told).singleElement().satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.CLOCK_WENT_BACKWARDS);
            assertThat(failure)
                    .hasMessageContaining("3600000 ms")
                    .hasMessageContaining("2026-05-01T11:00:00Z")
                    .hasMessageContaining("Nothing for the data");
        });
    }
}
