package io.ringkv.testing.lab.workload;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import java.util.Objects;

/**
 * An operation that is about to be done.
 *
 * @param function what
 * @param key what to
 * @param input with what
 * @param action how
 */
public record Call(Function function, String key, Datum input, Action action) {
    /** Not null. */
    public Call {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(action, "action");
    }

    /** Talks to the store. Blocks; throws what the client throws. */
    @FunctionalInterface
    public interface Action {
        /**
         * Does it once.
         *
         * @throws io.ringkv.common.error.RingKvException with the client's word on whether it was applied
         */
        Answer perform(Access access);
    }
}
