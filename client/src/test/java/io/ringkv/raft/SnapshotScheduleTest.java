package io.ringkv.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotScheduleTest {
    private final SnapshotSchedule schedule = new SnapshotSchedule(1000, 10_000, 60_000);

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0, false",
        "0, 99999, 999999, 0, false",
        "999, 9999, 59999, 0, false",
        "1000, 0, 0, 0, true",
        "1, 10000, 0, 0, true",
        "1, 0, 60000, 0, true",
        // A state three times the limit: three times the entries and bytes, but the same age.
        "2999, 29999, 59999, 30000, false",
        "3000, 0, 0, 30000, true",
        "1, 30000, 0, 30000, true",
        "1, 0, 60000, 30000, true",
        // A small state does not make it more frequent.
        "999, 9999, 0, 10, false",
    })
    void isDue(long entries, long bytes, long age, long lastSnapshotBytes, boolean due) {
        assertThat(schedule.due(entries, bytes, age, lastSnapshotBytes)).isEqualTo(due);
    }

    @Test
    void refusesLimitsThatAreNotPositive() {
        assertThatThrownBy(() -> new SnapshotSchedule(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SnapshotSchedule(1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SnapshotSchedule(1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
