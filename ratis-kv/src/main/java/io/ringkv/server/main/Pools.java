package io.ringkv.server.main;

import io.ringkv.process.Threads;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of a server for work that would hold others up. */
final class Pools {
    private static final int HEAVY_READS_WAITING = 256;
    private static final long IDLE_SECONDS = 10;

    private Pools() {}

    /** Pages and reads of many keys: few threads, a bounded queue, and a refusal beyond it. */
    static ThreadPoolExecutor heavyReads(String name) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(HEAVY_READS_WAITING),
                Threads.named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** One thread that ends when idle. What waits is bounded by those who use it: engines by their permit. */
    static ThreadPoolExecutor background(String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Threads.named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
