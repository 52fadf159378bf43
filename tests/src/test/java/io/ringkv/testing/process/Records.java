package io.ringkv.testing.process;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ringkv.client.Bytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Files of records, one JSON object per line, and what they hold. */
final class Records {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int VALUE_BYTES_MAX = 1_000;

    private Records() {}

    /** Writes so many records, each with a key of its own. */
    static void generate(Path file, int count, long seed) {
        Random random = new Random(seed);
        try (Writer out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < count; i++) {
                String value = random.ints(random.nextInt(VALUE_BYTES_MAX), 'a', 'z' + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
                out.write("{\"key\":\"record " + random.nextInt(10) + "/" + i + "\",\"value\":\"" + value + "\"}\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keys and values in the order of the file. All of them are text. */
    static Map<Bytes, Bytes> read(Path file) {
        Map<Bytes, Bytes> records = new LinkedHashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Map<String, String> fields = fields(line);
                records.put(Bytes.utf8(fields.getOrDefault("key", "")), Bytes.utf8(fields.getOrDefault("value", "")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }

    private static Map<String, String> fields(String line) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(line)) {
            JsonToken unused = parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                fields.put(name, parser.nextTextValue());
            }
        }
        return fields;
    }
}
