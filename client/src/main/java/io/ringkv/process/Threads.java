package io.ringkv.process;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The few threads of a process besides event loops and Raft. All are daemons. */
public final class Threads {

    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final long END_SECONDS = 5;

    private Threads() {}

    /** Makes threads called {@code name-1}, {@code name-2}, … */
    public static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** One thread for tasks at certain times. */
    public static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named(name));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Runs a task again and again, the first time after one interval. If it fails, it is run again all the same. */
    public static void repeat(ScheduledExecutorService timer, Runnable task, long everyMillis) {
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

    /** Lets tasks end for a while, then interrupts them. */
    public static void end(ExecutorService executor) throws InterruptedException {
        executor.shutdown();
        if (!executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
            executor.shutdownNow();
        }
    }

    /** Interrupts tasks, and waits for a while for them to end. */
    public static void interrupt(ExecutorService executor) throws InterruptedException {
        executor.shutdownNow();
        if (!executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("event=thread-lingers");
        }
    }
}
