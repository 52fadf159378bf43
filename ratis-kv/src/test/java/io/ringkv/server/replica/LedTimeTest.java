package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedTimeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 500, 500, 0",
        "1000, 500, 500, 1000",
        "1000, 500, 999500, 1000",
        "1000, 500, 1000500, 1001",
        "1000, -5000000, 5000000, 1010",
        // A clock that went back would be a fault of the machine; time does not follow it.
        "1000, 500, 0, 1000",
    })
    void goesOnFromTheStateByTheClock(long base, long since, long now, long expected) {
        assertThat(new LedTime(base, since).millis(() -> now)).isEqualTo(expected);
    }
}
