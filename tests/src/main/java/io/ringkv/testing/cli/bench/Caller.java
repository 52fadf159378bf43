package io.ringkv.testing.cli.bench;

import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.RingKvException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One caller: sends its next operation when it has the answer to the last.
 *
 * <p>Threading: one operation at a time, each begun after the answer to the one before; so the fields need no lock,
 * whichever thread brings the answers.
 */
final class Caller {
    private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    private final RingKvClient client;
    private final BenchData data;
    private final Workload workload;
    private final Phase phase;
    private final SplittableRandom random;
    private final Histogram latencyNanos = new Histogram(HIGHEST_NANOS, DIGITS);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private long failures;
    private boolean counted;
    private long startedNanos;

    /** Where all callers of a measurement are. Written by the one who measures. */
    static final class Phase {
        private volatile boolean measuring;
        private volatile boolean stopped;

        void measure(boolean on) {
            measuring = on;
        }

        void stop() {
            stopped = true;
        }
    }

    Caller(RingKvClient client, BenchData data, Workload workload, Phase phase, SplittableRandom random) {
        this.client = client;
        this.data = data;
        this.workload = workload;
        this.phase = phase;
        this.random = random;
    }

    /** Calls until the phase says stop, on this thread. */
    void runBlocking() {
        while (!phase.stopped && !ended.isDone()) {
            try {
                begin().join();
                answered(null);
            } catch (CompletionException e) {
                answered(e);
            }
        }
        ended.complete(null);
    }

    /** Calls until the phase says stop, from the threads that bring the answers. */
    void runAsync() {
        while (!phase.stopped && !ended.isDone()) {
            CompletableFuture<?> operation = begin();
            if (!operation.isDone()) {
                var unused = operation.whenComplete((result, error) -> {
                    answered(error);
                    runAsync();
                });
                return;
            }
            // Already here: a loop, because callbacks within callbacks would fill the stack.
            answered(operation.handle((result, error) -> error).join());
        }
        ended.complete(null);
    }

    private CompletableFuture<?> begin() {
        counted = phase.measuring;
        startedNanos = System.nanoTime();
        return workload.start(client, data, random.nextLong());
    }

    private void answered(@Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause == null) {
            if (counted && phase.measuring) {
                latencyNanos.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - startedNanos));
            }
        } else if (cause instanceof RingKvException) {
            failures++;
        } else {
            ended.completeExceptionally(cause);
        }
    }

    /** Done when the caller has stopped; failed if it met something that is no error of the store. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Latencies of the operations that succeeded. Once the caller has stopped. */
    Histogram latencyNanos() {
        return latencyNanos;
    }

    /** Operations that failed. Once the caller has stopped. */
    long failures() {
        return failures;
    }

    /** A histogram that takes the latencies of any caller. */
    static Histogram emptyHistogram() {
        return new Histogram(HIGHEST_NANOS, DIGITS);
    }
}
