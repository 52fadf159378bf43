package io.ringkv.manager.control;

import io.ringkv.manager.operation.DriverLimits;
import io.ringkv.manager.placement.OperationLimits;
import java.util.Objects;

/**
 * How operations are started and driven.
 *
 * @param driver how patient each step is
 * @param limits how much may be under way at once
 * @param lookMillis how often it is looked at what should be started
 * @param calmMillis nothing is evened out before servers have come, gone or started anew for so long; repairs do not wait
 * @param retryAfterMillis nothing is started on a shard for so long after an operation on it has failed
 */
public record OperationSettings(
        DriverLimits driver, OperationLimits limits, long lookMillis, long calmMillis, long retryAfterMillis) {

    /** Usual values. */
    public static final OperationSettings USUAL =
            new OperationSettings(DriverLimits.USUAL, OperationLimits.USUAL, 1_000, 5_000, 30_000);

    /** @throws IllegalArgumentException if a time is below 1 */
    public OperationSettings {
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(limits, "limits");
        if (lookMillis < 1 || calmMillis < 1 || retryAfterMillis < 1) {
            throw new IllegalArgumentException("operation settings: look " + lookMillis + " ms, calm " + calmMillis
                    + " ms, retry after " + retryAfterMillis + " ms (expected: 1 or more each)");
        }
    }
}
