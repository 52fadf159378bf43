package io.ringkv.client.operation;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Number and sum of durations, written by one thread and read by any. For what happens some hundred thousand times a
 * second, where a timer of the registry itself would be a tenth of the work.
 */
final class DurationCount {

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();

    /** Registers a new one. */
    static DurationCount register(MeterRegistry registry, String name, String description, Tags tags) {
        DurationCount durations = new DurationCount();
        FunctionTimer.builder(name, durations, each -> each.count.get(), each -> each.nanos.get(), TimeUnit.NANOSECONDS)
                .description(description)
                .tags(tags)
                .register(registry);
        return durations;
    }

    /** Adds one. Only the writing thread may call this. */
    void record(long durationNanos) {
        count.lazySet(count.getPlain() + 1);
        nanos.lazySet(nanos.getPlain() + durationNanos);
    }
}
