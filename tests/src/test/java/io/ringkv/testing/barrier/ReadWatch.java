package io.ringkv.testing.barrier;

import io.ringkv.testing.barrier.ShardServer.Answer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Reads one key at one server, again and again, one read at a time and about 500 per second, and notes when each read began and
 * what came of it.
 */
final class ReadWatch implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();
    private static final long PATIENCE_SECONDS = 20;

    private record Noted(long startNanos, Answer answer) {}

    private final Supplier<CompletableFuture<Answer>> read;
    private final Queue<Noted> noted = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopped;

    private ReadWatch(String name, Supplier<CompletableFuture<Answer>> read) {
        this.read = read;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads behind the barrier. */
    static ReadWatch confirmed(ShardServer server, String key) {
        return new ReadWatch("confirmed-reads", () -> server.read(key));
    }

    /** Reads without the barrier: what shows that there is something to be seen. */
    static ReadWatch unconfirmed(ShardServer server, String key) {
        return new ReadWatch("unconfirmed-reads", () -> CompletableFuture.completedFuture(server.readUnconfirmed(key)));
    }

    private void run() {
        while (!stopped) {
            long start = System.nanoTime();
            Answer answer =
                    read.get().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
            noted.add(new Noted(start, answer));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Reads answered with this value. */
    long served(String value) {
        return servedSince(value, Long.MIN_VALUE);
    }

    /** Reads that began after this time and were answered with this value. */
    long servedSince(String value, long sinceNanos) {
        return noted.stream()
                .filter(read ->
                        since(read, sinceNanos) && value.equals(read.answer().value()))
                .count();
    }

    /** Reads that began after this time and were refused. */
    long refusedSince(long sinceNanos) {
        return noted.stream()
                .filter(read -> since(read, sinceNanos) && read.answer().refusal() != null)
                .count();
    }

    /** Reads that began after this time and were answered, one way or the other. */
    long answeredSince(long sinceNanos) {
        return noted.stream().filter(read -> since(read, sinceNanos)).count();
    }

    /** Reads of a number that saw an older one than had been acknowledged when they began. */
    long stale(Acknowledged acknowledged) {
        return noted.stream()
                .filter(read -> read.answer().value() != null
                        && number(read.answer().value()) < acknowledged.newestAt(read.startNanos()))
                .count();
    }

    private static int number(String value) {
        return value.equals(ShardServer.VALUE_NEVER_WRITTEN) ? 0 : Integer.parseInt(value);
    }

    private static boolean since(Noted read, long nanos) {
        return nanos == Long.MIN_VALUE || read.startNanos() - nanos > 0;
    }

    /** Ends after the read under way. Fails if a read was not answered. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError("A read was never answered.");
        }
    }
}
