package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Operation;
import java.util.List;
import java.util.Objects;

/**
 * A broken promise, with its proof. Immutable.
 *
 * @param key what it happened to; empty if there is only one thing
 * @param sentence what is wrong, for people
 * @param window the operations that prove it, in the order of their calls
 * @param culprit the operation that nothing explains
 * @param possible what would have been possible instead, for people; empty if that cannot be listed
 */
public record Violation(String key, String sentence, List<Operation> window, Operation culprit, List<String> possible) {
    /** Copies the lists. */
    public Violation {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(sentence, "sentence");
        Objects.requireNonNull(culprit, "culprit");
        window = List.copyOf(window);
        possible = List.copyOf(possible);
    }
}
