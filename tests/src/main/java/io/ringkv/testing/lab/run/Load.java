package io.ringkv.testing.lab.run;

import io.ringkv.client.RingKvClient;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.workload.Access;
import io.ringkv.testing.lab.workload.Call;
import io.ringkv.testing.lab.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** All callers of a run. {@link #close} stops them and waits for what they have under way. */
public final class Load implements AutoCloseable {
    private static final long RETRY_MILLIS = 200;

    private final Workload workload;
    private final LoadOptions options;
    private final List<RingKvClient> clients;
    private final Recorder recorder;
    private final LiveCounts counts = new LiveCounts();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();

    /** @param clients as many as the options say; they belong to whoever made them */
    public Load(Workload workload, LoadOptions options, List<RingKvClient> clients, Recorder recorder) {
        this.workload = workload;
        this.options = options;
        this.clients = List.copyOf(clients);
        this.recorder = recorder;
    }

    /** What is going on now. */
    public LiveCounts counts() {
        return counts;
    }

    /** What ended a caller early, which is a defect of the lab or the client; null if nothing did. */
    public @Nullable Throwable failure() {
        return failure.get();
    }

    /**
     * Does one operation after the other, each until it succeeds.
     *
     * @throws IllegalStateException if one does not within the time
     */
    public void performAll(List<Call> calls, Duration patience) throws InterruptedException {
        Caller caller = new Caller(access(0), recorder, new LiveCounts(), Pace.closedLoop());
        long deadline = System.nanoTime() + patience.toNanos();
        for (Call call : calls) {
            Operation done = caller.perform(call);
            while (!done.succeeded()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException(
                            "did not succeed within " + patience.toSeconds() + " s, last: " + done);
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                done = caller.perform(call);
            }
        }
    }

    /** Starts the callers. */
    public void start() {
        SplittableRandom seeds = new SplittableRandom(options.seed());
        double rate = options.ratePerSecond();
        long interval = rate == 0 ? 0 : Math.round(1e9 * options.callers() / rate);
        long now = recorder.nowNanos();
        for (int i = 0; i < options.callers(); i++) {
            SplittableRandom random = seeds.split();
            Pace pace =
                    interval == 0 ? Pace.closedLoop() : Pace.every(interval, now + interval * i / options.callers());
            Caller caller = new Caller(access(i), recorder, counts, pace);
            int number = i;
            Thread thread = new Thread(
                    () -> {
                        try {
                            caller.run(workload.operator(number, random), stop::get);
                        } catch (RuntimeException | Error e) {
                            failure.compareAndSet(null, e);
                        }
                    },
                    "lab-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private Access access(int caller) {
        return new Access(clients.get(caller % clients.size()), clients, options.timeout());
    }

    /** Stops all callers; each first gets the outcome of what it has under way, within the time limit of operations. */
    @Override
    public void close() {
        stop.set(true);
        for (Thread thread : threads) {
            try {
                thread.join(options.timeout().toMillis() * 2 + 10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            if (thread.isAlive()) {
                throw new IllegalStateException(
                        thread.getName() + " does not end: an operation is far beyond its time limit");
            }
        }
    }
}
