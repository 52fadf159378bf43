package io.ringkv.testing.lab.file;

import io.ringkv.testing.lab.history.Function;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the names of functions in a file mean. Those of the lab have one meaning each; Jepsen's {@code read} and
 * {@code add} depend on the test.
 */
public enum Dialect {
    /** The lab's own names; Jepsen's registers use the same. */
    REGISTER,
    /** {@code add} adds an element, {@code read} reads all. */
    SET,
    /** {@code add} adds a number, {@code read} reads the sum. */
    COUNTER;

    /** The function of this name, or null. */
    @Nullable
    Function function(String name) {
        return switch (this) {
            case REGISTER -> Function.ofText(name);
            case SET -> name.equals("read") ? Function.MEMBERS : Function.ofText(name);
            case COUNTER ->
                switch (name) {
                    case "add" -> Function.COUNT;
                    case "read" -> Function.TOTAL;
                    default -> Function.ofText(name);
                };
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
