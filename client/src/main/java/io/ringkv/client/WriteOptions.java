package io.ringkv.client;

import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.limit.Limits;
import java.time.Duration;

/**
 * How to write. Immutable; every {@code with} method returns a changed copy.
 *
 * @param timeout 1 ms to 5 min within which the outcome must be known; default 5 s. The last part of it (a fifth, 1 s at
 *     most) is kept for asking what became of a write that nobody answered.
 */
public record WriteOptions(Duration timeout) {

    private static final WriteOptions DEFAULTS =
            new WriteOptions(Duration.ofMillis(Limits.DEFAULT_REQUEST_TIMEOUT_MILLIS));

    /** @throws io.ringkv.common.error.RingKvException TIMEOUT_INVALID */
    public WriteOptions {
        LimitChecks.checkRequestTimeoutMillis(timeout.toMillis());
    }

    /** The defaults. */
    public static WriteOptions defaults() {
        return DEFAULTS;
    }

    /** The same with another time limit. */
    public WriteOptions withTimeout(Duration changed) {
        return new WriteOptions(changed);
    }
}
