package io.ringkv.testing.cli.bench;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.common.error.RingKvException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * N callers in one process; each sends its next operation when it has the answer to the last. Latencies are those of a
 * closed loop: when the servers stall, fewer operations are sent, so the high percentiles tell less than they would at a
 * fixed rate (coordinated omission).
 *
 * <p>One object per measurement; {@link #run} on one thread.
 */
final class ClosedLoop {
    private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    private final BlockingRingKvClient client;
    private final BenchData data;
    private final Workload workload;
    private final int clients;
    private final long seed;
    private volatile boolean measuring;
    private volatile boolean stopped;

    private static final class Caller {
        private final Histogram latencyNanos = new Histogram(HIGHEST_NANOS, DIGITS);
        private final AtomicReference<@Nullable RuntimeException> unexpected = new AtomicReference<>();
        private long failures;
    }

    ClosedLoop(BlockingRingKvClient client, BenchData data, Workload workload, int clients, long seed) {
        this.client = client;
        this.data = data;
        this.workload = workload;
        this.clients = clients;
        this.seed = seed;
    }

    BenchResult run(long warmUpMillis, long measureMillis, ProcessCpu servers) throws InterruptedException {
        List<Caller> callers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < clients; i++) {
            Caller caller = new Caller();
            SplittableRandom random = seeds.split();
            Thread thread = new Thread(() -> loop(caller, random), "bench-" + i);
            thread.setDaemon(true);
            callers.add(caller);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        TimeUnit.MILLISECONDS.sleep(warmUpMillis);
        double cpuBefore = servers.seconds();
        long startedNanos = System.nanoTime();
        measuring = true;
        TimeUnit.MILLISECONDS.sleep(measureMillis);
        measuring = false;
        long endedNanos = System.nanoTime();
        double cpu = servers.seconds() - cpuBefore;
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return summary(
                callers, (endedNanos - startedNanos) / 1e9, servers.pids().isEmpty() ? Double.NaN : cpu);
    }

    private void loop(Caller caller, SplittableRandom random) {
        try {
            while (!stopped) {
                boolean counted = measuring;
                long startedNanos = System.nanoTime();
                try {
                    workload.step(client, data, random.nextLong());
                    if (counted && measuring) {
                        caller.latencyNanos.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - startedNanos));
                    }
                } catch (RingKvException e) {
                    caller.failures++;
                }
            }
        } catch (RuntimeException e) {
            caller.unexpected.set(e);
        }
    }

    private BenchResult summary(List<Caller> callers, double seconds, double cpu) {
        Histogram all = new Histogram(HIGHEST_NANOS, DIGITS);
        long failures = 0;
        for (Caller caller : callers) {
            RuntimeException unexpected = caller.unexpected.get();
            if (unexpected != null) {
                throw unexpected;
            }
            all.add(caller.latencyNanos);
            failures += caller.failures;
        }
        return new BenchResult(
                workload,
                clients,
                seconds,
                all.getTotalCount(),
                failures,
                all,
                Double.isNaN(cpu) ? OptionalDouble.empty() : OptionalDouble.of(cpu));
    }
}
