package io.ringkv.testing.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one measurement found.
 *
 * @param workload what was done
 * @param callers how they wait for their answers
 * @param clients number of callers, each with one operation at a time
 * @param seconds length of the measurement, without warm-up
 * @param operations operations that succeeded
 * @param failures operations that failed
 * @param latencyNanos of the successful ones
 * @param serverCpuSeconds CPU time of all servers together during the measurement, when it is known
 */
record BenchResult(
        Workload workload,
        Callers callers,
        int clients,
        double seconds,
        long operations,
        long failures,
        Histogram latencyNanos,
        OptionalDouble serverCpuSeconds) {
    double operationsPerSecond() {
        return operations / seconds;
    }

    double percentileMillis(double percentile) {
        return latencyNanos.getValueAtPercentile(percentile) / 1e6;
    }

    /** CPU seconds per 1000 operations, NaN when unknown. */
    double cpuPerThousand() {
        return serverCpuSeconds.isPresent() && operations > 0
                ? serverCpuSeconds.getAsDouble() * 1000 / operations
                : Double.NaN;
    }

    Map<String, @Nullable Object> describe() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("workload", workload.toString());
        object.put("callers", callers.toString());
        object.put("clients", clients);
        object.put("seconds", seconds);
        object.put("operations", operations);
        object.put("failures", failures);
        object.put("operationsPerSecond", operationsPerSecond());
        object.put("p50Millis", percentileMillis(50));
        object.put("p95Millis", percentileMillis(95));
        object.put("p99Millis", percentileMillis(99));
        object.put("p999Millis", percentileMillis(99.9));
        object.put("maxMillis", latencyNanos.getMaxValue() / 1e6);
        object.put("serverCpuSecondsPer1000", Double.isNaN(cpuPerThousand()) ? null : cpuPerThousand());
        return object;
    }
}
