package io.ringkv.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, durations and addresses: what is written is read again, and nothing is guessed. */
class ValueTextTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0B, 0",
        "1B, 1",
        "1023B, 1023",
        "1KiB, 1024",
        "64KiB, 65536",
        "4 MiB, 4194304",
        "1GiB, 1073741824",
        "2TiB, 2199023255552",
        "8388607TiB, 9223370937343148032",
    })
    void readsSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(ByteSize.ofBytes(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "MiB", "5MB", "5M", "5kb", "5kib", "-1B", "1.5GiB", "8388608TiB", "9999999999999999999B"
            })
    void refusesOtherSizes(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "0s, PT0S",
        "1ns, PT0.000000001S",
        "200us, PT0.0002S",
        "300ms, PT0.3S",
        "5s, PT5S",
        "10 m, PT10M",
        "1h, PT1H",
        "2d, PT48H",
        "106751d, PT2562024H",
    })
    void readsDurations(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5 sec", "5S", "-1s", "1.5s", "5w", "1m30s"})
    void refusesOtherDurations(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" is not a duration such as 300ms, 5s or 10m");
    }

    @Test
    void refusesDurationsThatCannotBeCounted() {
        assertThatThrownBy(() -> DurationText.parse("106752d")).hasMessageContaining("292 years");
        assertThatThrownBy(() -> DurationText.format(Duration.ofSeconds(-1))).hasMessageContaining("not negative");
    }

    @Test
    void readsWhatItWrites() {
        long seed = 5150L;
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            long number = random.nextLong() >>> (1 + random.nextInt(62)) << random.nextInt(12);
            long positive = number & Long.MAX_VALUE;
            ByteSize size = ByteSize.ofBytes(positive);
            Duration duration = Duration.ofNanos(positive);

            // Numbers of more than 18 digits are refused: they need a larger unit.
            if (positive < 1_000_000_000_000_000_000L) {
                assertThat(ByteSize.parse(size.toString()))
                        .as("seed %d, %s", seed, size)
                        .isEqualTo(size);
                assertThat(DurationText.parse(DurationText.format(duration)))
                        .as("seed %d, %s", seed, duration)
                        .isEqualTo(duration);
            }
        }
    }

    @Test
    void writesTheLargestUnitThatIsExact() {
        assertThat(ByteSize.ofMebibytes(64)).hasToString("64MiB").isEqualTo(ByteSize.ofKibibytes(65_536));
        assertThat(ByteSize.ofKibibytes(1025)).hasToString("1025KiB").isGreaterThan(ByteSize.ofMebibytes(1));
        assertThat(ByteSize.ofBytes(0)).hasToString("0B");
        assertThat(ByteSize.ofBytes(1L << 60)).hasToString("1048576TiB");
        assertThat(DurationText.format(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(DurationText.format(Duration.ofMinutes(2))).isEqualTo("2m");
        assertThat(DurationText.format(Duration.ZERO)).isEqualTo("0s");
        assertThatThrownBy(() -> ByteSize.ofBytes(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:7400, localhost, 7400",
        "127.0.0.1:0, 127.0.0.1, 0",
        "kv-1.example_net:65535, kv-1.example_net, 65535",
        "[::1]:7400, ::1, 7400",
        "[fe80::1%eth0]:7400, fe80::1%eth0, 7400",
    })
    void readsAddresses(String text, String host, int port) {
        Address address = Address.parse(text);

        assertThat(address).isEqualTo(new Address(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                ":7400",
                "localhost:",
                "localhost:x",
                "::1:7400",
                "[::1]",
                "a b:1",
                "h:65536",
                "h:-1"
            })
    void refusesOtherAddresses(String text) {
        assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void changesThePortOfAnAddress() {
        assertThat(Address.parse("[::1]:0").withPort(7400)).hasToString("[::1]:7400");
        assertThatThrownBy(() -> new Address("", 1)).hasMessageContaining("host");
    }
}
