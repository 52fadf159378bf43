package io.ringkv.server.barrier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counters of the barrier, per server. Thread-safe. */
final class BarrierMetrics {
    final Counter rounds;
    private final Counter confirmedReads;
    private final Counter refusedReads;
    final Counter hedges;
    final Counter deposed;
    final Counter stepDowns;

    BarrierMetrics(MeterRegistry registry) {
        this.rounds = counter(registry, "ringkv_barrier_rounds", "Rounds of term confirmation that were begun");
        this.hedges = counter(registry, "ringkv_barrier_hedges", "Rounds in which more servers had to be asked");
        this.deposed = counter(registry, "ringkv_barrier_deposed", "Shards found to have a leader of a higher term");
        this.stepDowns = counter(
                registry, "ringkv_barrier_step_downs", "Leaders that stepped down because nobody confirmed them");
        this.confirmedReads = reads(registry, "confirmed");
        this.refusedReads = reads(registry, "refused");
    }

    void confirmed(int reads) {
        confirmedReads.increment(reads);
    }

    void refused(int reads) {
        refusedReads.increment(reads);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Counter reads(MeterRegistry registry, String outcome) {
        return Counter.builder("ringkv_barrier_reads")
                .tag("outcome", outcome)
                .description("Reads that did or did not pass the barrier")
                .register(registry);
    }
}
