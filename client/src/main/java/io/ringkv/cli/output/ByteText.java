package io.ringkv.cli.output;

import io.ringkv.client.Bytes;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as text where they are text, as base64 where they are not.
 *
 * <p>In JSON a field {@code "key"} or {@code "value"} holds plain text; where the bytes are not valid UTF-8 it holds
 * base64, and a field {@code "keyEncoding"} or {@code "encoding"} says so. Threading: stateless.
 */
public final class ByteText {
    /** Value of an encoding field. */
    public static final String BASE64 = "base64";

    private ByteText() {}

    /** For a table cell: text with control characters made visible, or {@code base64:...}. */
    public static String visible(Bytes bytes) {
        Optional<String> text = bytes.asUtf8();
        if (text.isEmpty()) {
            return BASE64 + ":" + Base64.getEncoder().encodeToString(bytes.toByteArray());
        }
        StringBuilder out = new StringBuilder();
        text.get().codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.toString();
    }

    /** Puts a key into a JSON object. */
    public static void putKey(Map<String, @Nullable Object> object, Bytes key) {
        put(object, "key", "keyEncoding", key);
    }

    /** Puts a value into a JSON object. */
    public static void putValue(Map<String, @Nullable Object> object, Bytes value) {
        put(object, "value", "encoding", value);
    }

    private static void put(Map<String, @Nullable Object> object, String field, String encodingField, Bytes bytes) {
        Optional<String> text = bytes.asUtf8();
        if (text.isPresent()) {
            object.put(field, text.get());
        } else {
            object.put(field, Base64.getEncoder().encodeToString(bytes.toByteArray()));
            object.put(encodingField, BASE64);
        }
    }
}
