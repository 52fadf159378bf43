package io.ringkv.common.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The usual types of settings. Bounds are inclusive. */
public final class SettingTypes {

    private static final int MAX_DIGITS = 18;

    private SettingTypes() {}

    /** Reads and writes by functions. */
    private record Simple<T>(Function<String, T> parser, Function<T, String> formatter, String expected)
            implements SettingType<T> {

        @Override
        public T parse(String text) {
            return parser.apply(text);
        }

        @Override
        public String format(T value) {
            return formatter.apply(value);
        }
    }

    /** Adds bounds to a type. */
    private record Bounded<T extends Comparable<T>>(SettingType<T> type, T least, T most) implements SettingType<T> {

        @Override
        public T parse(String text) {
            T value = type.parse(text);
            if (value.compareTo(least) < 0) {
                throw new IllegalArgumentException("the least is " + type.format(least));
            }
            if (value.compareTo(most) > 0) {
                throw new IllegalArgumentException("the most is " + type.format(most));
            }
            return value;
        }

        @Override
        public String format(T value) {
            return type.format(value);
        }

        @Override
        public String expected() {
            return type.expected() + ", " + type.format(least) + " to " + type.format(most);
        }
    }

    /** Any text, also none. */
    public static SettingType<String> text() {
        return new Simple<>(Function.identity(), Function.identity(), "text");
    }

    /** {@code true} or {@code false}. */
    public static SettingType<Boolean> flag() {
        return new Simple<>(
                text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
                },
                String::valueOf,
                "true or false");
    }

    /** A whole number. */
    public static SettingType<Integer> integer(int least, int most) {
        return new Bounded<>(
                new Simple<>(text -> Math.toIntExact(parseInt(text)), String::valueOf, "a whole number"), least, most);
    }

    /** A whole number that may be large. */
    public static SettingType<Long> number(long least, long most) {
        return new Bounded<>(new Simple<>(SettingTypes::parseLong, String::valueOf, "a whole number"), least, most);
    }

    /** A number with a decimal point. */
    public static SettingType<Double> decimal(double least, double most) {
        return new Bounded<>(
                new Simple<>(SettingTypes::parseDouble, String::valueOf, "a number such as 0.5"), least, most);
    }

    /** A duration with its unit, see {@link DurationText}. */
    public static SettingType<Duration> duration(Duration least, Duration most) {
        return new Bounded<>(
                new Simple<>(DurationText::parse, DurationText::format, "a duration such as 300ms or 5s"), least, most);
    }

    /** A size with its unit, see {@link ByteSize}. */
    public static SettingType<ByteSize> size(ByteSize least, ByteSize most) {
        return new Bounded<>(
                new Simple<>(ByteSize::parse, ByteSize::toString, "a size such as 64KiB or 4MiB"), least, most);
    }

    /** A host and a port, see {@link Address}. */
    public static SettingType<Address> address() {
        return new Simple<>(Address::parse, Address::toString, "an address HOST:PORT");
    }

    /** A path of the file system; a relative one is relative to the working directory. */
    public static SettingType<Path> path() {
        return new Simple<>(SettingTypes::parsePath, Path::toString, "a path");
    }

    /** One of the constants of an enum, written in lower case with dashes. */
    public static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
        String names =
                Stream.of(type.getEnumConstants()).map(SettingTypes::nameOf).collect(Collectors.joining(", "));
        return new Simple<>(
                text -> Stream.of(type.getEnumConstants())
                        .filter(constant -> nameOf(constant).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is none of them")),
                SettingTypes::nameOf,
                "one of " + names);
    }

    /** A value or nothing, written as empty text. */
    public static <T> SettingType<Optional<T>> optional(SettingType<T> type) {
        return new Simple<>(
                text -> text.isEmpty() ? Optional.empty() : Optional.of(type.parse(text)),
                value -> value.map(type::format).orElse(""),
                type.expected() + ", or nothing");
    }

    /** Values separated by commas, possibly none; in a file also a YAML list. */
    public static <T> SettingType<List<T>> listOf(SettingType<T> type) {
        return new Simple<>(
                text -> parseList(text, type),
                values -> {
                    StringJoiner joined = new StringJoiner(",");
                    values.forEach(value -> joined.add(type.format(value)));
                    return joined.toString();
                },
                "a list, separated by commas, of: " + type.expected());
    }

    private static <T> List<T> parseList(String text, SettingType<T> type) {
        List<T> values = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String element : text.split(",", -1)) {
                values.add(type.parse(element.strip()));
            }
        }
        return List.copyOf(values);
    }

    private static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long parseInt(String text) {
        long value = parseLong(text);
        // Out of an int's bounds is out of the setting's too: saturate, and let the bounds name themselves.
        return Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    private static long parseLong(String text) {
        String digits = text.startsWith("-") ? text.substring(1) : text;
        boolean valid = !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!valid) {
            throw new IllegalArgumentException("\"" + text + "\" is not a whole number");
        }
        return Long.parseLong(text);
    }

    private static double parseDouble(String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, together with what Java takes for a number and we do not.
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a number");
    }

    private static Path parsePath(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a path: " + e.getReason(), e);
        }
    }
}
