package io.ringkv.testing.lab.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a history of JSON lines: one object per event. Blank lines do not count. Used by one thread. */
final class JsonHistory implements HistorySource {
    private final BufferedReader in;
    private int line;

    JsonHistory(Reader in) {
        this.in = new BufferedReader(in);
    }

    @Override
    public int line() {
        return line;
    }

    @Override
    public @Nullable RawEvent next() throws IOException {
        String text = in.readLine();
        line++;
        while (text != null && text.isBlank()) {
            text = in.readLine();
            line++;
        }
        return text == null ? null : event(text);
    }

    private static RawEvent event(String text) throws IOException {
        if (!(JsonReader.read(text) instanceof Map<?, ?> map)) {
            throw new IOException("an event is no object");
        }
        return new RawEvent(
                map.get("process"),
                text(map, "type"),
                text(map, "f"),
                map.containsKey("key") ? Objects.toString(map.get("key")) : null,
                map.get("value"),
                Objects.toString(map.get("error"), ""),
                map.get("time") instanceof Long nanos ? nanos : -1);
    }

    private static String text(Map<?, ?> map, String name) throws IOException {
        if (map.get(name) instanceof String value) {
            return value;
        }
        throw new IOException("an event has no \"" + name + "\"");
    }
}
