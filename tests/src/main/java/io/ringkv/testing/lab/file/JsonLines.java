package io.ringkv.testing.lab.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Event;
import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.history.Outcome;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Renders events as JSON objects. Threading: stateless. */
final class JsonLines {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final long LARGEST_EXACT = 1L << 53;

    private JsonLines() {}

    static String line(EventOrder.Line line) {
        StringWriter text = new StringWriter(128);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("index", line.index());
            Event event = line.event();
            FaultEvent fault = line.fault();
            if (event != null) {
                operation(json, event);
            } else if (fault != null) {
                json.writeStringField("process", "nemesis");
                json.writeStringField("type", "info");
                json.writeStringField("f", fault.function());
                json.writeFieldName("value");
                value(json, fault.value());
                json.writeNumberField("time", fault.timeNanos());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        return text.toString();
    }

    private static void operation(JsonGenerator json, Event event) throws IOException {
        json.writeNumberField("process", event.process());
        Outcome outcome = event.outcome();
        json.writeStringField("type", outcome == null ? "invoke" : outcome.text());
        json.writeStringField("f", event.function().text());
        json.writeStringField("key", event.key());
        json.writeFieldName("value");
        value(json, event.value());
        if (!event.error().isEmpty()) {
            json.writeStringField("error", event.error());
        }
        json.writeNumberField("time", event.timeNanos());
    }

    private static void value(JsonGenerator json, Datum datum) throws IOException {
        if (datum instanceof Datum.Items several) {
            json.writeStartArray();
            for (Datum part : several.parts()) {
                value(json, part);
            }
            json.writeEndArray();
            return;
        }
        String text = datum.text();
        if (text == null) {
            json.writeNull();
        } else if (EdnLines.isWhole(text) && isExact(Long.parseLong(text))) {
            json.writeNumber(Long.parseLong(text));
        } else {
            json.writeString(text);
        }
    }

    /** Other readers hold numbers as doubles and would change larger ones silently. */
    private static boolean isExact(long number) {
        return -LARGEST_EXACT <= number && number <= LARGEST_EXACT;
    }
}
