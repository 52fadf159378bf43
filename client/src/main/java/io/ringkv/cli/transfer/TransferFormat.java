package io.ringkv.cli.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.ringkv.cli.output.ByteText;
import io.ringkv.cli.output.JsonTree;
import io.ringkv.client.Bytes;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a record looks as a line, without the line end. Both forms hold any bytes. Threading: stateless. */
enum TransferFormat {
    /**
     * {@code {"key": "k", "value": "v"}}: text as text, other bytes as base64 with {@code "keyEncoding": "base64"} for
     * the key or {@code "encoding": "base64"} for the value. Other fields are ignored.
     */
    JSONL {
        @Override
        byte[] line(TransferRecord record) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            ByteText.putKey(object, record.key());
            ByteText.putValue(object, record.value());
            return JsonTree.compact(object).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        TransferRecord parse(byte[] line, int length) {
            Map<String, String> fields = new LinkedHashMap<>();
            try (JsonParser parser = JSON.createParser(line, 0, length)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw malformed("is no JSON object");
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    readField(parser, fields);
                }
                if (parser.nextToken() != null) {
                    throw malformed("has something after the JSON object");
                }
            } catch (IOException e) {
                throw malformed("is no valid JSON: " + firstLine(e.getMessage()));
            }
            return new TransferRecord(field(fields, "key", "keyEncoding"), field(fields, "value", "encoding"));
        }
    },
    /** Key, tab, value; tab, line feed, carriage return and backslash are written {@code \t \n \r \\}. */
    TSV {
        @Override
        byte[] line(TransferRecord record) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(
                    record.key().size() + record.value().size() + 16);
            escape(record.key(), line);
            line.write('\t');
            escape(record.value(), line);
            return line.toByteArray();
        }

        @Override
        TransferRecord parse(byte[] line, int length) {
            int tab = 0;
            while (tab < length && line[tab] != '\t') {
                tab++;
            }
            if (tab == length) {
                throw malformed("has no tab between key and value");
            }
            return new TransferRecord(unescape(line, 0, tab), unescape(line, tab + 1, length));
        }
    };

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LineReader.LONGEST_LINE_BYTES)
                    .build())
            .build();

    abstract byte[] line(TransferRecord record);

    /**
     * Reads a line.
     *
     * @throws RingKvException INPUT_MALFORMED
     */
    abstract TransferRecord parse(byte[] line, int length);

    /** By the ending of a file name; JSON lines when it tells nothing. */
    static TransferFormat ofFileName(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".tsv") ? TSV : JSONL;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static void readField(JsonParser parser, Map<String, String> fields) throws IOException {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_STRING) {
            fields.put(name, parser.getText());
        } else if (name.equals("key") || name.equals("value")) {
            throw malformed("has a \"" + name + "\" that is no string");
        } else {
            parser.skipChildren();
        }
    }

    private static Bytes field(Map<String, String> fields, String name, String encodingName) {
        String text = fields.get(name);
        if (text == null) {
            throw malformed("has no field \"" + name + "\"");
        }
        String encoding = fields.get(encodingName);
        if (encoding == null) {
            return Bytes.utf8(text);
        }
        if (!encoding.equals(ByteText.BASE64)) {
            throw malformed("has the unknown " + encodingName + " \"" + encoding + "\" (known: base64)");
        }
        try {
            return Bytes.wrap(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw malformed("has a \"" + name + "\" that is no base64");
        }
    }

    private static void escape(Bytes bytes, ByteArrayOutputStream line) {
        for (int i = 0; i < bytes.size(); i++) {
            byte b = bytes.at(i);
            int at = ESCAPED.indexOf(b);
            if (at >= 0) {
                line.write('\\');
                line.write(ESCAPES.charAt(at));
            } else {
                line.write(b);
            }
        }
    }

    private static Bytes unescape(byte[] line, int from, int to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            if (line[i] != '\\') {
                bytes.write(line[i]);
                continue;
            }
            int at = i + 1 < to ? ESCAPES.indexOf(line[++i]) : -1;
            if (at < 0) {
                throw malformed("has a backslash that is not followed by t, n, r or another backslash");
            }
            bytes.write(ESCAPED.charAt(at));
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    /** The characters that are escaped, and, at the same places, what follows the backslash. */
    private static final String ESCAPED = "\t\n\r\\";

    private static final String ESCAPES = "tnr\\";

    private static String firstLine(@Nullable String text) {
        return String.valueOf(text).lines().findFirst().orElse("");
    }

    private static RingKvException malformed(String problem) {
        return new RingKvException(ErrorCode.INPUT_MALFORMED, "The record " + problem);
    }
}
