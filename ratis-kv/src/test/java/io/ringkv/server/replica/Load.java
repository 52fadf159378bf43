package io.ringkv.server.replica;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts upwards in a shard for as long as it is open, one after the other, each try with the same bytes until it succeeds. In
 * the end the counter is what was acknowledged: no more, no less.
 */
final class Load implements AutoCloseable {
    static final String COUNTER = "counter";

    private static final long TRY_MILLIS = 2_000;

    private final Hosts hosts;
    private final int shard;
    private final AtomicLong acknowledged = new AtomicLong();
    private final Thread thread;
    private volatile boolean isEnding;

    Load(Hosts hosts, int shard) {
        this.hosts = hosts;
        this.shard = shard;
        this.thread = new Thread(this::run, "test-load");
        thread.start();
    }

    private void run() {
        while (!isEnding) {
            byte[] entry = hosts.increment(shard, COUNTER);
            while (!succeeds(entry)) {
                Thread.onSpinWait();
            }
            acknowledged.incrementAndGet();
        }
    }

    private boolean succeeds(byte[] entry) {
        try {
            return hosts.awaitLeader(shard).submit(entry).toCompletableFuture().get(TRY_MILLIS, TimeUnit.MILLISECONDS)
                    != null;
        } catch (Exception e) {
            return false;
        }
    }

    void awaitMore(int count) {
        long wanted = acknowledged.get() + count;
        Hosts.await(count + " more writes", () -> acknowledged.get() >= wanted);
    }

    /** Ends it; returns how many were acknowledged. */
    long stop() {
        isEnding = true;
        Hosts.await("the last write", () -> !thread.isAlive());
        return acknowledged.get();
    }

    @Override
    public void close() {
        stop();
    }
}
