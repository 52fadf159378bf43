package io.ringkv.testing.lab.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.client.ClientOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.testing.lab.check.CheckResult;
import io.ringkv.testing.lab.check.Checkers;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.workload.KeySpace;
import io.ringkv.testing.lab.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run: prepare, load while faults happen, heal, read what is left, and check. Used once, by one thread.
 *
 * <p>The callers live in this process; the cluster is wherever the endpoints are.
 */
public final class LabRun {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long MEAN_CUT_MILLIS = 500;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String endpoints;
    private final RunPlan plan;
    private final RunListener listener;
    private final Disturbance disturbance;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private long connectionsCut;
    private String note = "";

    /** @param disturbance what is done to the cluster meanwhile */
    public LabRun(String endpoints, RunPlan plan, Disturbance disturbance, RunListener listener) {
        this.endpoints = endpoints;
        this.plan = plan;
        this.disturbance = disturbance;
        this.listener = listener;
    }

    /**
     * Runs it.
     *
     * @throws RingKvException if the cluster cannot be reached in the beginning, or does not answer after the end
     */
    public RunResult run() throws InterruptedException {
        Recorder recorder = new Recorder(plan.operationsMax());
        int clientCount = plan.load().clients();
        CuttableConnections connections = new CuttableConnections(clientCount, "lab-client");
        try (EventLoops loops = connections.loops()) {
            List<RingKvClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < clientCount; i++) {
                    clients.add(RingKvClient.connect(ClientOptions.builder()
                            .endpoints(endpoints)
                            .software("ringkv-lab")
                            .meterRegistry(metrics)
                            .eventLoops(loops)
                            .build()));
                }
                return run(clients, connections, recorder);
            } finally {
                clients.forEach(RingKvClient::close);
            }
        }
    }

    private RunResult run(List<RingKvClient> clients, CuttableConnections connections, Recorder recorder)
            throws InterruptedException {
        ShardMap map = clients.get(0).blocking().shardMap();
        KeySpace space = new KeySpace(plan.name());
        Workload workload =
                plan.workload().create(space, map, plan.keys(), plan.load().callers());
        Load load = new Load(workload, plan.load(), clients, recorder);
        perform(load, workload.firstCalls());
        listener.say("load: " + plan.workload() + " by " + plan.load().callers() + " callers for "
                + plan.time().toSeconds() + " s, on " + map.shards().size() + " shards");
        long from = recorder.nowNanos();
        disturbance.start(recorder);
        LeaderWatch leaders = LeaderWatch.start(clients.get(0), recorder);
        try (load;
                leaders) {
            load.start();
            try (@Nullable ConnectionCutter cutter = cutter(connections)) {
                watch(load, recorder, from);
                connectionsCut = cutter == null ? 0 : cutter.cuts();
            }
        } finally {
            disturbance.heal();
        }
        long to = recorder.nowNanos();
        failIfBroken(load);
        listener.say("reading what is left");
        perform(load, workload.lastCalls());
        return result(
                recorder.history(),
                space,
                map,
                from,
                Math.min(to, from + plan.time().toNanos()),
                leaders.seen());
    }

    private @Nullable ConnectionCutter cutter(CuttableConnections connections) {
        return plan.workload().cutsConnections()
                ? ConnectionCutter.start(
                        connections, new SplittableRandom(plan.load().seed()), MEAN_CUT_MILLIS)
                : null;
    }

    /** Tells of every second until time is over. */
    private void watch(Load load, Recorder recorder, long from) throws InterruptedException {
        long end = from + plan.time().toNanos();
        int number = 1;
        while (recorder.nowNanos() < end && load.failure() == null) {
            long next = Math.min(end, from + number * SECOND_NANOS);
            TimeUnit.NANOSECONDS.sleep(Math.max(0, next - recorder.nowNanos()));
            listener.second(number++, load.counts().sinceLast());
            if (recorder.isFull()) {
                note = "ended after " + (number - 1) + " s: " + plan.operationsMax() + " operations were recorded";
                return;
            }
        }
    }

    private static void failIfBroken(Load load) {
        Throwable failure = load.failure();
        if (failure != null) {
            throw new RingKvException(ErrorCode.INTERNAL, "A caller ended unexpectedly", failure);
        }
    }

    private static void perform(Load load, List<io.ringkv.testing.lab.workload.Call> calls)
            throws InterruptedException {
        try {
            load.performAll(calls, PATIENCE);
        } catch (IllegalStateException e) {
            throw new RingKvException(ErrorCode.UNAVAILABLE, "The cluster " + e.getMessage());
        }
    }

    private RunResult result(
            History history, KeySpace space, ShardMap map, long from, long to, List<Leadership> leaders) {
        listener.say("checking " + history.operations().size() + " operations");
        RunFigures figures = RunFigures.of(history, from, to, operation -> space.shard(operation, map));
        long begin = System.nanoTime();
        List<CheckResult> checks = Checkers.check(history);
        long checkMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        double retries = metrics.find("ringkv_client_retries_total").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
        return new RunResult(
                history, from, to, figures, checks, checkMillis, leaders, Math.round(retries), connectionsCut, note);
    }
}
