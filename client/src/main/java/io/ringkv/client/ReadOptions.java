package io.ringkv.client;

import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.limit.Limits;
import java.time.Duration;
import java.util.Objects;

/**
 * How to read. Immutable; every {@code with} method returns a changed copy.
 *
 * @param consistency what the read may return; default {@link Consistency#LINEARIZABLE}
 * @param timeout 1 ms to 5 min within which the answer must come; default 5 s
 * @param metadataOnly leave values out of the answer; default false
 */
public record ReadOptions(Consistency consistency, Duration timeout, boolean metadataOnly) {

    private static final ReadOptions DEFAULTS =
            new ReadOptions(Consistency.LINEARIZABLE, Duration.ofMillis(Limits.DEFAULT_REQUEST_TIMEOUT_MILLIS), false);

    /** @throws io.ringkv.common.error.RingKvException TIMEOUT_INVALID */
    public ReadOptions {
        Objects.requireNonNull(consistency, "consistency");
        LimitChecks.checkRequestTimeoutMillis(timeout.toMillis());
    }

    /** The defaults. */
    public static ReadOptions defaults() {
        return DEFAULTS;
    }

    /** The same with another consistency. */
    public ReadOptions withConsistency(Consistency changed) {
        return new ReadOptions(changed, timeout, metadataOnly);
    }

    /** The same with another time limit. */
    public ReadOptions withTimeout(Duration changed) {
        return new ReadOptions(consistency, changed, metadataOnly);
    }

    /** The same without, or with, values. */
    public ReadOptions withMetadataOnly(boolean changed) {
        return new ReadOptions(consistency, timeout, changed);
    }
}
