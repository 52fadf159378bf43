package io.ringkv.common.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them, a whole number and a unit: {@code 200us}, {@code 300ms}, {@code 5s}, {@code 10m}, {@code
 * 1h}, {@code 2d}.
 */
public final class DurationText {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})\\s*([a-z]{1,2})");

    /** From the largest to the smallest, which divides every duration. */
    private static final List<Unit> UNITS = List.of(
            new Unit("d", Duration.ofDays(1)),
            new Unit("h", Duration.ofHours(1)),
            new Unit("m", Duration.ofMinutes(1)),
            new Unit("s", Duration.ofSeconds(1)),
            new Unit("ms", Duration.ofMillis(1)),
            new Unit("us", Duration.ofNanos(1000)),
            new Unit("ns", Duration.ofNanos(1)));

    private record Unit(String name, long nanos) {

        Unit(String name, Duration duration) {
            this(name, duration.toNanos());
        }
    }

    private DurationText() {}

    /**
     * Reads a duration, or 0 without a unit.
     *
     * @throws IllegalArgumentException if the text has another form or is longer than 292 years
     */
    public static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            for (Unit unit : UNITS) {
                if (unit.name.equals(matcher.group(2))) {
                    return times(number, unit);
                }
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a duration such as 300ms, 5s or 10m");
    }

    private static Duration times(long number, Unit unit) {
        if (number > Long.MAX_VALUE / unit.nanos) {
            throw new IllegalArgumentException("\"" + number + unit.name + "\" is longer than 292 years");
        }
        return Duration.ofNanos(number * unit.nanos);
    }

    /**
     * Writes a duration exactly, in the largest unit that divides it.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public static String format(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos < 0) {
            throw new IllegalArgumentException("duration: " + duration + " (expected: not negative)");
        }
        if (nanos == 0) {
            return "0s";
        }
        Unit largest = UNITS.stream()
                .filter(unit -> nanos % unit.nanos == 0)
                .findFirst()
                .orElseThrow();
        return nanos / largest.nanos + largest.name;
    }
}
