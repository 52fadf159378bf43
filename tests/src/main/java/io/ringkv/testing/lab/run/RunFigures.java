package io.ringkv.testing.lab.run;

import io.ringkv.common.id.ShardId;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * What a run did, in numbers. Immutable.
 *
 * @param operations how many were done under load
 * @param succeeded of these: happened, or were refused for their condition
 * @param failed of these: certainly not applied
 * @param unknown of these: outcome unknown
 * @param errors how often each error came
 * @param latency of those that succeeded, in nanoseconds
 * @param seconds whole seconds of the load, one after the other
 * @param gaps longest time without a successful change, per shard that was written to
 */
public record RunFigures(
        long operations,
        long succeeded,
        long failed,
        long unknown,
        Map<String, Long> errors,
        Histogram latency,
        List<Second> seconds,
        Map<ShardId, Gap> gaps) {

    private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int DIGITS = 2;

    /**
     * One second.
     *
     * @param succeeded operations that ended well in it
     * @param errors operations that ended otherwise in it
     * @param p50Millis median latency
     * @param p99Millis 99th percentile
     * @param maxMillis the slowest
     */
    public record Second(long succeeded, long errors, double p50Millis, double p99Millis, double maxMillis) {}

    /**
     * A time without a successful change.
     *
     * @param fromNanos when it began
     * @param toNanos when it ended
     */
    public record Gap(long fromNanos, long toNanos) {
        /** How long it was. */
        public double millis() {
            return (toNanos - fromNanos) / 1e6;
        }
    }

    /** Counts what ended between two times. */
    public static RunFigures of(
            History history, long fromNanos, long toNanos, Function<Operation, Optional<ShardId>> shardOf) {
        List<Operation> operations = history.operations().stream()
                .filter(operation -> operation.startNanos() >= fromNanos && operation.startNanos() < toNanos)
                .toList();
        Map<String, Long> errors = new TreeMap<>();
        Histogram latency = new Histogram(HIGHEST_NANOS, DIGITS);
        long succeeded = 0;
        long unknown = 0;
        for (Operation operation : operations) {
            if (operation.succeeded()) {
                succeeded++;
                latency.recordValue(Math.min(HIGHEST_NANOS, operation.endNanos() - operation.startNanos()));
            } else {
                errors.merge(operation.error(), 1L, Long::sum);
                unknown += operation.outcome() == Outcome.INFO ? 1 : 0;
            }
        }
        return new RunFigures(
                operations.size(),
                succeeded,
                operations.size() - succeeded - unknown,
                unknown,
                errors,
                latency,
                seconds(operations, fromNanos, toNanos),
                gaps(operations, fromNanos, toNanos, shardOf));
    }

    /** Part of the operations that succeeded, 0 to 1; 1 if there were none. */
    public double successRate() {
        return operations == 0 ? 1 : (double) succeeded / operations;
    }

    /** Successful operations of the worst second; 0 if there was none. */
    public long lowestSecond() {
        return seconds.stream().mapToLong(Second::succeeded).min().orElse(0);
    }

    /** Latency below which this many percent lie, in milliseconds. */
    public double percentileMillis(double percent) {
        return latency.getValueAtPercentile(percent) / 1e6;
    }

    /** The longest of the gaps; empty if nothing was changed. */
    public Optional<Map.Entry<ShardId, Gap>> longestGap() {
        return gaps.entrySet().stream()
                .max(java.util.Comparator.comparingDouble(
                        entry -> entry.getValue().millis()));
    }

    private static List<Second> seconds(List<Operation> operations, long fromNanos, long toNanos) {
        int count = (int) ((toNanos - fromNanos) / SECOND);
        long[] errors = new long[count];
        List<Histogram> histograms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            histograms.add(new Histogram(HIGHEST_NANOS, DIGITS));
        }
        for (Operation operation : operations) {
            int second = (int) ((operation.endNanos() - fromNanos) / SECOND);
            if (second < count) {
                if (operation.succeeded()) {
                    histograms
                            .get(second)
                            .recordValue(Math.min(HIGHEST_NANOS, operation.endNanos() - operation.startNanos()));
                } else {
                    errors[second]++;
                }
            }
        }
        List<Second> seconds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Histogram histogram = histograms.get(i);
            seconds.add(new Second(
                    histogram.getTotalCount(),
                    errors[i],
                    histogram.getValueAtPercentile(50) / 1e6,
                    histogram.getValueAtPercentile(99) / 1e6,
                    histogram.getMaxValue() / 1e6));
        }
        return List.copyOf(seconds);
    }

    private static Map<ShardId, Gap> gaps(
            List<Operation> operations, long fromNanos, long toNanos, Function<Operation, Optional<ShardId>> shardOf) {
        Map<ShardId, List<Long>> ends = new TreeMap<>(java.util.Comparator.comparingInt(ShardId::value));
        for (Operation operation : operations) {
            if (operation.succeeded() && !operation.function().isRead() && operation.endNanos() < toNanos) {
                shardOf.apply(operation)
                        .ifPresent(shard -> ends.computeIfAbsent(shard, key -> new ArrayList<>())
                                .add(operation.endNanos()));
            }
        }
        Map<ShardId, Gap> gaps = new TreeMap<>(java.util.Comparator.comparingInt(ShardId::value));
        ends.forEach((shard, times) -> {
            long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
            long[] bounded = Arrays.copyOf(sorted, sorted.length + 1);
            bounded[sorted.length] = toNanos;
            long before = fromNanos;
            Gap longest = new Gap(fromNanos, fromNanos);
            for (long time : bounded) {
                if (time - before > longest.toNanos() - longest.fromNanos()) {
                    longest = new Gap(before, time);
                }
                before = time;
            }
            gaps.put(shard, longest);
        });
        return gaps;
    }
}
