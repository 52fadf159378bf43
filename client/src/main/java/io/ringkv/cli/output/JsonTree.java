package io.ringkv.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes trees of maps, lists, strings, numbers and booleans as JSON text.
 *
 * <p>Whole numbers beyond 2^53 become strings: many readers hold numbers as doubles and would change them silently.
 * Threading: stateless.
 */
public final class JsonTree {
    /** Largest whole number that every JSON reader keeps exactly. */
    static final long LARGEST_EXACT = 1L << 53;

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JsonTree() {}

    /** On one line. */
    public static String compact(Object tree) {
        return render(tree, false);
    }

    /** Indented, for a document that a person may read. */
    public static String pretty(Object tree) {
        return render(tree, true);
    }

    private static String render(Object tree, boolean indented) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            if (indented) {
                json.useDefaultPrettyPrinter();
            }
            write(json, tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object node) throws IOException {
        if (node == null) {
            json.writeNull();
        } else if (node instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> field : map.entrySet()) {
                json.writeFieldName(String.valueOf(field.getKey()));
                write(json, field.getValue());
            }
            json.writeEndObject();
        } else if (node instanceof Iterable<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element);
            }
            json.writeEndArray();
        } else if (node instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (node instanceof Long || node instanceof Integer) {
            writeWhole(json, ((Number) node).longValue());
        } else if (node instanceof Number number) {
            json.writeNumber(number.doubleValue());
        } else {
            json.writeString(node.toString());
        }
    }

    private static void writeWhole(JsonGenerator json, long number) throws IOException {
        if (number > LARGEST_EXACT || number < -LARGEST_EXACT) {
            json.writeString(Long.toString(number));
        } else {
            json.writeNumber(number);
        }
    }
}
