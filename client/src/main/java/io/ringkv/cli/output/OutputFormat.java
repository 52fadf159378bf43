package io.ringkv.cli.output;

import java.util.Locale;

/** Form of a command's standard output. */
public enum OutputFormat {
    /** Aligned columns or plain text, for people. */
    TABLE,
    /** One JSON document with a {@code schema} field; only ever gains fields. */
    JSON,
    /** One JSON object per line, written as results arrive. */
    JSONL,
    /** Exactly the bytes of values, nothing else. */
    RAW,
    /** A picture; only where there is something to draw. */
    SVG;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
