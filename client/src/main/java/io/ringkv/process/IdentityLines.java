package io.ringkv.process;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an identity says, key by key, in the order in which it is written.
 *
 * @param values without line ends
 */
public record IdentityLines(Map<String, String> values) {

    /** Nothing yet. */
    public static final IdentityLines NONE = new IdentityLines(Map.of());

    /** Keeps a copy, in the same order. */
    public IdentityLines {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The same and one line more. */
    public IdentityLines with(String key, String value) {
        Map<String, String> longer = new LinkedHashMap<>(values);
        longer.put(key, value);
        return new IdentityLines(longer);
    }

    /** The value of a key, null if it is not there. */
    public @Nullable String find(String key) {
        return values.get(key);
    }

    /**
     * The value of a key that must be there.
     *
     * @throws IllegalArgumentException if it is not
     */
    public String required(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("there is no \"" + key + "\"");
        }
        return value;
    }
}
