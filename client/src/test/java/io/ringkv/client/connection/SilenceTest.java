package io.ringkv.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SilenceTest {

    @Test
    void countsTheTimeSinceSomethingWasHeard() {
        Silence silence = new Silence(100, 0);

        assertThat(silence.count(100)).isEqualTo(100);
        assertThat(silence.count(250)).isEqualTo(250);
        silence.heard();
        assertThat(silence.count(300)).isEqualTo(50);
    }

    @Test
    void doesNotTakeItsOwnSleepForSilence() {
        Silence silence = new Silence(100, 0);

        assertThat(silence.count(10_000)).isEqualTo(200);
        assertThat(silence.count(10_100)).isEqualTo(300);
    }
}
