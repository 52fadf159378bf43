package io.ringkv.testing.lab.file;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Event;
import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.HistoryBuilder;
import io.ringkv.testing.lab.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives the lines of a history file their meaning. Keys are either in a field of their own or the first of two parts of
 * the value, as in Jepsen's independent tests; the first operation shows which. Used by one thread.
 */
final class EventReader {
    private final Dialect dialect;
    private final HistoryBuilder builder = new HistoryBuilder();
    private @Nullable Boolean keyed;
    private long nextTime;

    EventReader(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * Adds the next line.
     *
     * @throws IllegalArgumentException if it makes no sense, saying why
     */
    void add(RawEvent raw) {
        long time = raw.timeNanos() < 0 ? nextTime : raw.timeNanos();
        nextTime = time + 1;
        if (!(raw.process() instanceof Long process)) {
            builder.add(new FaultEvent(time, raw.function(), described(raw.value())));
            return;
        }
        Function function = dialect.function(raw.function());
        if (function == null) {
            throw new IllegalArgumentException("unknown function '" + raw.function() + "'");
        }
        String key = raw.key();
        Object value = raw.value();
        if (key == null) {
            if (keyed == null) {
                keyed = isKeyed(function, value);
            }
            if (keyed) {
                if (!(value instanceof List<?> pair) || pair.size() != 2) {
                    throw new IllegalArgumentException("the value is no pair of key and value, as it was before");
                }
                key = String.valueOf(pair.get(0));
                value = pair.get(1);
            } else {
                key = "";
            }
        }
        builder.add(new Event(process, outcome(raw.type()), function, key, datum(value), raw.error(), time));
    }

    /** The call of a cas has two values anyway. */
    private static boolean isKeyed(Function function, @Nullable Object value) {
        if (!(value instanceof List<?> pair) || pair.size() != 2) {
            return false;
        }
        return !(function == Function.CAS || function == Function.CAS_ALL) || pair.get(1) instanceof List<?>;
    }

    History history() {
        return builder.build();
    }

    private static @Nullable Outcome outcome(String type) {
        return switch (type) {
            case "invoke" -> null;
            case "ok" -> Outcome.OK;
            case "fail" -> Outcome.FAIL;
            case "info" -> Outcome.INFO;
            default ->
                throw new IllegalArgumentException("unknown type '" + type + "' (expected: invoke, ok, fail, info)");
        };
    }

    private static Datum datum(@Nullable Object value) {
        if (value == null) {
            return Datum.nothing();
        }
        if (value instanceof List<?> list) {
            List<Datum> parts = new ArrayList<>(list.size());
            list.forEach(part -> parts.add(datum(part)));
            return Datum.of(parts);
        }
        if (value instanceof Map<?, ?>) {
            throw new IllegalArgumentException("the value is a map");
        }
        return Datum.of(value.toString());
    }

    private static Datum described(@Nullable Object value) {
        return value instanceof Map<?, ?> ? Datum.of(Objects.toString(value)) : datum(value);
    }
}
