package io.ringkv.testing.lab.run;

import io.ringkv.testing.lab.history.Operation;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** What is shown while a run goes on. Any thread counts; one reads. */
public final class LiveCounts {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 2;

    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final Recorder latencies = new Recorder(LONGEST_NANOS, DIGITS);
    private @Nullable Histogram interval;
    private long lastSucceeded;

    void count(Operation operation, long latencyNanos) {
        if (operation.succeeded()) {
            succeeded.increment();
            latencies.recordValue(Math.max(0, Math.min(latencyNanos, LONGEST_NANOS)));
        } else if (operation.mayHaveHappened()) {
            unknown.increment();
        } else {
            failed.increment();
        }
    }

    /** Counts since the last call. */
    public Second sinceLast() {
        Histogram histogram = latencies.getIntervalHistogram(interval);
        interval = histogram;
        long now = succeeded.sum();
        long operations = now - lastSucceeded;
        lastSucceeded = now;
        return new Second(
                operations,
                histogram.getValueAtPercentile(99) / 1e6,
                histogram.getMaxValue() / 1e6,
                failed.sum(),
                unknown.sum());
    }

    /**
     * What happened in about a second.
     *
     * @param operations that succeeded
     * @param p99Millis their 99th percentile
     * @param maxMillis the slowest of them
     * @param failed failed ones since the beginning
     * @param unknown ones of unknown outcome since the beginning
     */
    public record Second(long operations, double p99Millis, double maxMillis, long failed, long unknown) {}
}
