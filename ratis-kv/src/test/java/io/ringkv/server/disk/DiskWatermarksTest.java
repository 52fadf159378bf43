package io.ringkv.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskWatermarksTest {
    @ParameterizedTest(name = "before {0}, free {1} of {2}: {3}")
    @CsvSource({
        // before, free, total, read-only
        "false, 101, 1000, false",
        "false, 100, 1000, true",
        "false, 0, 1000, true",
        "true, 100, 1000, true",
        "true, 119, 1000, true",
        "true, 120, 1000, false",
        "false, 0, 0, false",
        "true, 0, 0, false",
        "false, 2000, 1000, false",
        "false, 5000, 1000000, true",
        "true, 50000, 1000000, false",
        "false, 49999, 1000000, true",
    })
    void refusesGrowthFromTheMarkUntilWellBelowIt(boolean before, long free, long total, boolean readOnly) {
        assertThat(DiskWatermarks.of(90, 50_000).isReadOnly(before, free, total))
                .isEqualTo(readOnly);
    }

    @Test
    void letsThePercentageAloneDecideIfNothingIsEnough() {
        assertThat(DiskWatermarks.of(90, 0).isReadOnly(false, 100, 1_000)).isTrue();
        assertThat(DiskWatermarks.of(90, 0).isReadOnly(false, 101, 1_000)).isFalse();
    }

    @Test
    void neverRefusesAtHundredPercent() {
        assertThat(DiskWatermarks.of(100, 0).isReadOnly(false, 0, 1_000)).isFalse();
    }

    @Test
    void refusesBoundsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> DiskWatermarks.of(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> DiskWatermarks.of(101, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> DiskWatermarks.of(90, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskWatermarks(90, 91, 0));
    }
}
