package io.ringkv.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingTypesTest {

    private enum Level {
        LOW,
        VERY_HIGH
    }

    /** A text, the value it means, and the text that value is written as. */
    private record Reading<T>(SettingType<T> type, String text, T value, String written) {}

    private record Refusal(SettingType<?> type, String text, String mention) {}

    static Stream<Reading<?>> readings() {
        return Stream.of(
                new Reading<>(SettingTypes.text(), "", "", ""),
                new Reading<>(SettingTypes.text(), "a b", "a b", "a b"),
                new Reading<>(SettingTypes.flag(), "true", true, "true"),
                new Reading<>(SettingTypes.flag(), "false", false, "false"),
                new Reading<>(SettingTypes.integer(-5, 5), "-5", -5, "-5"),
                new Reading<>(SettingTypes.integer(1, 5), "5", 5, "5"),
                new Reading<>(SettingTypes.number(0, 1L << 40), "1099511627776", 1L << 40, "1099511627776"),
                new Reading<>(SettingTypes.decimal(0, 1), "0.50", 0.5, "0.5"),
                new Reading<>(
                        SettingTypes.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                        "1000ms",
                        Duration.ofSeconds(1),
                        "1s"),
                new Reading<>(
                        SettingTypes.size(ByteSize.ofBytes(1), ByteSize.ofMebibytes(1)),
                        "1024KiB",
                        ByteSize.ofMebibytes(1),
                        "1MiB"),
                new Reading<>(SettingTypes.address(), "h:1", new Address("h", 1), "h:1"),
                new Reading<>(SettingTypes.path(), "a/b", Path.of("a", "b"), "a/b"),
                new Reading<>(SettingTypes.choice(Level.class), "very-high", Level.VERY_HIGH, "very-high"),
                new Reading<>(SettingTypes.optional(SettingTypes.address()), "", Optional.empty(), ""),
                new Reading<>(
                        SettingTypes.optional(SettingTypes.address()), "h:1", Optional.of(new Address("h", 1)), "h:1"),
                new Reading<>(SettingTypes.listOf(SettingTypes.integer(0, 9)), "", List.of(), ""),
                new Reading<>(SettingTypes.listOf(SettingTypes.integer(0, 9)), "1, 2,3", List.of(1, 2, 3), "1,2,3"));
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                new Refusal(SettingTypes.flag(), "yes", "neither true nor false"),
                new Refusal(SettingTypes.integer(1, 5), "0", "the least is 1"),
                new Refusal(SettingTypes.integer(1, 5), "6", "the most is 5"),
                new Refusal(SettingTypes.integer(1, 5), "99999999999", "the most is 5"),
                new Refusal(SettingTypes.integer(1, 5), "", "not a whole number"),
                new Refusal(SettingTypes.integer(1, 5), "-", "not a whole number"),
                new Refusal(SettingTypes.integer(1, 5), "+1", "not a whole number"),
                new Refusal(SettingTypes.integer(1, 5), "1.0", "not a whole number"),
                new Refusal(SettingTypes.number(1, 5), "99999999999999999999", "not a whole number"),
                new Refusal(SettingTypes.decimal(0, 1), "NaN", "not a number"),
                new Refusal(SettingTypes.decimal(0, 1), "half", "not a number"),
                new Refusal(SettingTypes.decimal(0, 1), "1.5", "the most is 1.0"),
                new Refusal(
                        SettingTypes.duration(Duration.ofMillis(10), Duration.ofMinutes(1)), "2m", "the most is 1m"),
                new Refusal(
                        SettingTypes.size(ByteSize.ofKibibytes(1), ByteSize.ofMebibytes(1)), "1B", "the least is 1KiB"),
                new Refusal(SettingTypes.path(), "", "empty"),
                new Refusal(SettingTypes.path(), "a\0b", "not a path"),
                new Refusal(SettingTypes.choice(Level.class), "LOW", "none of them"),
                new Refusal(SettingTypes.listOf(SettingTypes.integer(0, 9)), "1,,2", "not a whole number"),
                new Refusal(SettingTypes.optional(SettingTypes.address()), "h", "not an address"));
    }

    @ParameterizedTest
    @MethodSource("readings")
    <T> void readsAndWrites(Reading<T> reading) {
        T value = reading.type().parse(reading.text());

        assertThat(value).isEqualTo(reading.value());
        assertThat(reading.type().format(value)).isEqualTo(reading.written());
        assertThat(reading.type().parse(reading.written())).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesSayingWhatIsWrong(Refusal refusal) {
        assertThatThrownBy(() -> refusal.type().parse(refusal.text()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(refusal.mention());
    }

    @Test
    void saysWhatItExpects() {
        assertThat(SettingTypes.integer(1, 5).expected()).isEqualTo("a whole number, 1 to 5");
        assertThat(SettingTypes.duration(Duration.ofMillis(10), Duration.ofMinutes(1))
                        .expected())
                .isEqualTo("a duration such as 300ms or 5s, 10ms to 1m");
        assertThat(SettingTypes.choice(Level.class).expected()).isEqualTo("one of low, very-high");
        assertThat(SettingTypes.optional(SettingTypes.path()).expected()).isEqualTo("a path, or nothing");
        assertThat(SettingTypes.listOf(SettingTypes.address()).expected())
                .isEqualTo("a list, separated by commas, of: an address HOST:PORT");
    }
}
