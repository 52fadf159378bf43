package io.ringkv.process;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * An identity as text: lines {@code key: value}, readable by people, closed by a checksum over all lines before. Format 1.
 */
final class IdentityText {

    private static final int FORMAT = 1;
    private static final String KIND = "kind";
    private static final String FORMAT_KEY = "format";
    private static final String CHECKSUM = "checksum";

    private IdentityText() {}

    static String write(String kind, IdentityLines lines) {
        StringBuilder text = new StringBuilder(heading(kind));
        line(text, KIND, kind);
        line(text, FORMAT_KEY, Integer.toString(FORMAT));
        lines.values().forEach((key, value) -> line(text, key, value));
        line(text, CHECKSUM, checksum(text.toString()));
        return text.toString();
    }

    private static String heading(String kind) {
        return "# Identity of a RingKV " + kind
                + ". Written by the process. Never edit it, and never copy this directory.\n";
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    /** Whether the text, in whatever state it is, was written by this kind of process. */
    static boolean isOf(String kind, String text) {
        return text.startsWith(heading(kind)) || text.lines().anyMatch((KIND + ": " + kind)::equals);
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    static IdentityLines read(String text) {
        IdentityLines lines = new IdentityLines(values(text));
        int checksumAt = text.lastIndexOf("\n" + CHECKSUM + ": ") + 1;
        if (checksumAt == 0
                || !text.endsWith("\n")
                || !checksum(text.substring(0, checksumAt)).equals(lines.find(CHECKSUM))) {
            throw new IllegalArgumentException("the checksum is wrong: it was cut, damaged or edited");
        }
        String format = lines.required(FORMAT_KEY);
        if (!Integer.toString(FORMAT).equals(format)) {
            throw new IllegalArgumentException("the format is " + format + " (known: " + FORMAT + ")");
        }
        return lines;
    }

    private static Map<String, String> values(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int colon = line.indexOf(": ");
            if (colon < 0) {
                throw new IllegalArgumentException("the line \"" + line + "\" is not \"key: value\"");
            }
            values.put(line.substring(0, colon), line.substring(colon + 2));
        });
        return values;
    }

    static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
