package io.ringkv.common.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SetBackDetectorTest {
    private static final long SECOND = 1_000_000_000;

    private final SetBackDetector detector = new SetBackDetector(1_000, 50_000, -7 * SECOND);

    @Test
    void saysByHowMuchTheClockWasSetBack() {
        assertThat(detector.look(51_000, -6 * SECOND)).isEmpty();
        assertThat(detector.look(22_000, -5 * SECOND)).hasValue(30_000);
    }

    @Test
    void saysItOnce() {
        assertThat(detector.look(10_000, -7 * SECOND)).isPresent();
        assertThat(detector.look(11_000, -6 * SECOND)).isEmpty();
    }

    @Test
    void smallCorrectionsAndStepsForwardAreNoReasonToSpeak() {
        assertThat(detector.look(50_500, -6 * SECOND)).isEmpty();
        assertThat(detector.look(9_000_000, -5 * SECOND)).isEmpty();
    }

    @Test
    void aProcessThatWasPausedSawNoStep() {
        assertThat(detector.look(110_000, 53 * SECOND)).isEmpty();
    }
}
