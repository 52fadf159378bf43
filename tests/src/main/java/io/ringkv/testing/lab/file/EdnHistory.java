package io.ringkv.testing.lab.file;

import java.io.IOException;
import java.io.Reader;
import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a history as Jepsen writes it: one map per event, one after the other or in a vector. Used by one thread. */
final class EdnHistory implements HistorySource {
    private final EdnReader edn;
    private final boolean vector;

    EdnHistory(Reader in) throws IOException {
        this.edn = new EdnReader(in);
        this.vector = edn.enterVector();
    }

    @Override
    public int line() {
        return edn.line();
    }

    @Override
    public @Nullable RawEvent next() throws IOException {
        Object form = vector ? edn.nextOfVector() : edn.next();
        if (form == EdnReader.END) {
            return null;
        }
        if (!(form instanceof Map<?, ?> map)) {
            throw new EdnException("an event is no map");
        }
        return new RawEvent(
                field(map, "process"),
                text(map, "type"),
                text(map, "f"),
                null,
                field(map, "value"),
                Objects.toString(field(map, "error"), ""),
                time(field(map, "time")));
    }

    private static @Nullable Object field(Map<?, ?> map, String name) {
        return map.get(new EdnKeyword(name));
    }

    private static String text(Map<?, ?> map, String name) throws IOException {
        Object value = field(map, name);
        if (value instanceof EdnKeyword || value instanceof String) {
            return value.toString();
        }
        throw new EdnException("an event has no :" + name);
    }

    private static long time(@Nullable Object value) throws IOException {
        if (value == null) {
            return -1;
        }
        if (value instanceof BigInteger || !(value instanceof Long nanos) || nanos < 0) {
            throw new EdnException("the time is " + value + " (expected: nanoseconds from 0)");
        }
        return nanos;
    }
}
