package io.ringkv.testing.lab.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a history of JSON lines: one object per event. Blank lines do not count. Used by one thread. */
final class JsonHistory implements HistorySource {
    private static final JsonFactory FACTORY = new JsonFactory();

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
        try (JsonParser json = FACTORY.createParser(text)) {
            json.nextToken();
            Object tree = tree(json);
            if (json.nextToken() != null) {
                throw new IOException("there is more than one object on the line");
            }
            if (!(tree instanceof Map<?, ?> map)) {
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
        } catch (JsonProcessingException e) {
            throw new IOException(e.getOriginalMessage(), e);
        }
    }

    private static String text(Map<?, ?> map, String name) throws IOException {
        if (map.get(name) instanceof String value) {
            return value;
        }
        throw new IOException("an event has no \"" + name + "\"");
    }

    /** Depth is limited by the parser. */
    private static @Nullable Object tree(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == null) {
            throw new IOException("the line ends in the middle");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    map.put(name, tree(json));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(tree(json));
                }
                yield list;
            }
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT ->
                json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? json.getText()
                        : (Object) json.getLongValue();
            default -> json.getText();
        };
    }
}
