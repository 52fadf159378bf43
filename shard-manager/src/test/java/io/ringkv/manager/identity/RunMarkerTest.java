package io.ringkv.manager.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMarkerTest {

    @TempDir
    Path directory;

    @Test
    void trustsAFreshDirectoryAndAnOrderlyStop() {
        RunMarker first = RunMarker.look(directory, "boot1");
        assertThat(first.isAfterDisorder()).isFalse();
        first.begin();
        first.end();

        assertThat(RunMarker.look(directory, "boot2").isAfterDisorder()).isFalse();
    }

    @Test
    void trustsAKilledProcessOnAHostThatRanOn() {
        RunMarker.look(directory, "boot1").begin();

        assertThat(RunMarker.look(directory, "boot1").isAfterDisorder()).isFalse();
    }

    @Test
    void distrustsAHostThatWasStartedAnewOrCannotBeKnown() {
        RunMarker.look(directory, "boot1").begin();
        assertThat(RunMarker.look(directory, "boot2").isAfterDisorder()).isTrue();
        assertThat(RunMarker.look(directory, "").isAfterDisorder()).isTrue();

        RunMarker.look(directory, "").begin();
        assertThat(RunMarker.look(directory, "").isAfterDisorder()).isTrue();
    }

    @Test
    void staysDistrustfulUntilTheNextRunBegins() {
        RunMarker.look(directory, "boot1").begin();
        RunMarker second = RunMarker.look(directory, "boot2");
        assertThat(RunMarker.look(directory, "boot2").isAfterDisorder()).isTrue();

        second.begin();

        assertThat(RunMarker.look(directory, "boot2").isAfterDisorder()).isFalse();
    }
}
