package io.ringkv.testing.cli.bench;

import io.ringkv.client.RingKvClient;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * N callers in one process; each sends its next operation when it has the answer to the last. Latencies are those of a
 * closed loop: when the servers stall, fewer operations are sent, so the high percentiles tell less than they would at a
 * fixed rate (coordinated omission).
 *
 * <p>One object per measurement; {@link #run} on one thread.
 */
final class ClosedLoop {
    private final RingKvClient client;
    private final BenchData data;
    private final Workload workload;
    private final Callers kind;
    private final int clients;
    private final long seed;

    ClosedLoop(RingKvClient client, BenchData data, Workload workload, Callers kind, int clients, long seed) {
        this.client = client;
        this.data = data;
        this.workload = workload;
        this.kind = kind;
        this.clients = clients;
        this.seed = seed;
    }

    BenchResult run(long warmUpMillis, long measureMillis, ProcessCpu servers) throws InterruptedException {
        Caller.Phase phase = new Caller.Phase();
        List<Caller> callers = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < clients; i++) {
            callers.add(new Caller(client, data, workload, phase, seeds.split()));
        }
        callers.forEach(this::start);
        TimeUnit.MILLISECONDS.sleep(warmUpMillis);
        double cpuBefore = servers.seconds();
        long startedNanos = System.nanoTime();
        phase.measure(true);
        TimeUnit.MILLISECONDS.sleep(measureMillis);
        phase.measure(false);
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        double cpu = servers.seconds() - cpuBefore;
        phase.stop();
        return summary(callers, seconds, servers.pids().isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(cpu));
    }

    private void start(Caller caller) {
        if (kind == Callers.ASYNC) {
            caller.runAsync();
            return;
        }
        Thread thread = new Thread(caller::runBlocking, "bench");
        thread.setDaemon(true);
        thread.start();
    }

    private BenchResult summary(List<Caller> callers, double seconds, OptionalDouble cpu) {
        Histogram all = Caller.emptyHistogram();
        long failures = 0;
        for (Caller caller : callers) {
            caller.ended().join();
            all.add(caller.latencyNanos());
            failures += caller.failures();
        }
        return new BenchResult(workload, kind, clients, seconds, all.getTotalCount(), failures, all, cpu);
    }
}
