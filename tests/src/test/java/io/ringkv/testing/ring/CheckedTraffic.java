package io.ringkv.testing.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.Consistency;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A client that checks itself, all the time: each worker increments a counter of its own, which must be exact; puts values that
 * were never put before, and finds them; and reads the other's counter, which must not be older than what was acknowledged
 * before the read began, whether it is read from the leader or, with the client's session, from any replica. No call may take longer than five seconds, or fail.
 *
 * <p>At a measured pace: what is tested shares the processor with it. Used by one thread.
 */
final class CheckedTraffic implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final WriteOptions WRITE = WriteOptions.defaults().withTimeout(DEADLINE);
    private static final ReadOptions READ = ReadOptions.defaults().withTimeout(DEADLINE);
    private static final ReadOptions SESSION = READ.withConsistency(Consistency.SESSION);
    private static final int WORKERS = 4;
    private static final int KEYS = 50;
    private static final long PACE_MILLIS = 15;
    private static final int SECONDS_MAX = 3_600;

    private final RingKvClient owned;
    private final BlockingRingKvClient client;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(WORKERS);
    private final List<Worker> workers = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final long startedNanos = System.nanoTime();
    private final int[] perSecond = new int[SECONDS_MAX];
    private volatile boolean isPaused;

    /** Starts; the client is closed with the traffic. */
    CheckedTraffic(RingKvClient client) {
        this.owned = client;
        this.client = client.blocking();
        for (int number = 0; number < WORKERS; number++) {
            workers.add(new Worker(number));
        }
        for (Worker worker : workers) {
            var unused = threads.scheduleWithFixedDelay(worker::step, 0, PACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** One caller, one call at a time. */
    private final class Worker {
        private final Bytes counter;
        private final int number;
        private final AtomicLong acknowledged = new AtomicLong();
        private final AtomicLong longestGapNanos = new AtomicLong();
        private volatile long lastNanos = System.nanoTime();
        private volatile boolean isInside;

        Worker(int number) {
            this.number = number;
            this.counter = Bytes.utf8("counter " + number);
        }

        void step() {
            isInside = true;
            try {
                if (!isPaused && failure.get() == null) {
                    round();
                }
            } catch (RuntimeException | AssertionError e) {
                failure.compareAndSet(null, e);
            } finally {
                isInside = false;
            }
        }

        private void round() {
            long next = acknowledged.get() + 1;
            assertThat(client.increment(counter, 1, WRITE).value())
                    .as("%s", counter)
                    .isEqualTo(next);
            acknowledged.set(next);
            note();

            Bytes key = Bytes.utf8("key " + number + "-" + next % KEYS);
            Bytes value = Bytes.utf8("value " + next);
            client.put(key, value, WRITE);
            assertThat(client.get(key, READ).value()).as("%s", key).contains(value);

            Worker other = workers.get((number + 1) % WORKERS);
            long atLeast = other.acknowledged.get();
            assertThat(numberAt(other.counter, next % 2 == 0 ? READ : SESSION))
                    .as("%s, acknowledged before the read", other.counter)
                    .isGreaterThanOrEqualTo(atLeast);
        }

        private void note() {
            long now = System.nanoTime();
            longestGapNanos.accumulateAndGet(now - lastNanos, Math::max);
            lastNanos = now;
            int second = (int) Math.min(SECONDS_MAX - 1, TimeUnit.NANOSECONDS.toSeconds(now - startedNanos));
            synchronized (perSecond) {
                perSecond[second]++;
            }
        }
    }

    private long numberAt(Bytes key, ReadOptions options) {
        return client.get(key, options)
                .value()
                .map(value -> Long.parseLong(value.toUtf8()))
                .orElse(0L);
    }

    /** Checks that nothing failed so far. */
    void check() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("the client that checks itself: " + failed.getMessage(), failed);
        }
    }

    /** Whether it has failed, so that there is no use in waiting for anything. */
    boolean hasFailed() {
        return failure.get() != null;
    }

    /** Rounds so far, of all workers. */
    long rounds() {
        return workers.stream().mapToLong(worker -> worker.acknowledged.get()).sum();
    }

    /** Longest time that any worker waited for its next increment since this was asked last. */
    long longestGapMillis() {
        return workers.stream()
                .mapToLong(worker -> TimeUnit.NANOSECONDS.toMillis(worker.longestGapNanos.getAndSet(0)))
                .max()
                .orElse(0);
    }

    /** Increments in each second since the start, but for the last one, which is not over. */
    List<Integer> perSecond() {
        int seconds = (int) Math.min(SECONDS_MAX - 1, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos));
        List<Integer> counts = new ArrayList<>();
        synchronized (perSecond) {
            for (int second = 0; second < seconds; second++) {
                counts.add(perSecond[second]);
            }
        }
        return counts;
    }

    /** Does something while nothing is under way. */
    void quietly(Runnable action) {
        isPaused = true;
        TestRing.await("the calls under way to end", () -> workers.stream().noneMatch(worker -> worker.isInside));
        check();
        try {
            action.run();
        } finally {
            workers.forEach(worker -> worker.lastNanos = System.nanoTime());
            isPaused = false;
        }
    }

    /** Ends it, and checks that all is as it was acknowledged. */
    void finish() {
        quietly(() -> {
            for (Worker worker : workers) {
                assertThat(numberAt(worker.counter, READ))
                        .as("%s", worker.counter)
                        .isEqualTo(worker.acknowledged.get());
            }
        });
        close();
        check();
    }

    @Override
    public void close() {
        isPaused = true;
        threads.shutdownNow();
        owned.close();
    }
}
