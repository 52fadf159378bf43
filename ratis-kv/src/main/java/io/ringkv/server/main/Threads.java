package io.ringkv.server.main;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The few threads of a server besides event loops and Raft. All are daemons and bounded. */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final int HEAVY_READS_WAITING = 256;
    private static final long IDLE_SECONDS = 10;
    private static final long END_SECONDS = 5;

    private Threads() {}

    /** One thread for timers. */
    static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named(name));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Pages and reads of many keys: few threads, a bounded queue, and a refusal beyond it. */
    static ThreadPoolExecutor heavyReads(String name) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(HEAVY_READS_WAITING),
                named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** One thread that ends when idle. What waits is bounded by those who use it: engines by their permit. */
    static ThreadPoolExecutor background(String name) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    static void end(ExecutorService executor) throws InterruptedException {
        executor.shutdown();
        if (!executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
            executor.shutdownNow();
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Does something again and again on the timer's thread, whatever becomes of one time. */
    static void repeat(ScheduledThreadPoolExecutor timer, Runnable task, int everyMillis) {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        // An exception would end the repetition.
                        LOG.error("event=periodic-task-failed", e);
                    }
                },
                everyMillis,
                everyMillis,
                TimeUnit.MILLISECONDS);
    }
}
