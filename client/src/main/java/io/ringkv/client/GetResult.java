package io.ringkv.client;

import java.util.Objects;
import java.util.Optional;

/**
 * Answer to {@code get}.
 *
 * @param entry the key with its value; empty if the key does not exist
 * @param freshness the state that was read
 */
public record GetResult(Optional<KeyValue> entry, ReadFreshness freshness) {

    /** Nothing may be null. */
    public GetResult {
        Objects.requireNonNull(entry, "entry");
        Objects.requireNonNull(freshness, "freshness");
    }

    /** The value; empty if the key does not exist. */
    public Optional<Bytes> value() {
        return entry.map(KeyValue::value);
    }
}
