package io.ringkv.testing.lab.run;

import io.ringkv.testing.lab.workload.WorkloadKind;
import java.time.Duration;
import java.util.Objects;

/**
 * What a run shall do. Immutable.
 *
 * @param workload what callers do
 * @param load how much of it
 * @param time how long
 * @param keys different registers, counters and groups at least
 * @param name of the run, which becomes part of every key: no two runs on a cluster may have the same
 * @param operationsMax the run ends when so many operations have been recorded
 */
public record RunPlan(
        WorkloadKind workload, LoadOptions load, Duration time, int keys, String name, int operationsMax) {
    /** Fewest keys: with fewer, too much waits for the same key. */
    public static final int MIN_KEYS = 10;

    /** @throws IllegalArgumentException if a number is out of bounds */
    public RunPlan {
        Objects.requireNonNull(workload, "workload");
        Objects.requireNonNull(load, "load");
        Objects.requireNonNull(name, "name");
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("time: " + time + " (expected: more than nothing)");
        }
        if (keys < MIN_KEYS || keys > 100_000) {
            throw new IllegalArgumentException("keys: " + keys + " (expected: " + MIN_KEYS + " to 100000)");
        }
    }
}
