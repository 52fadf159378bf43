package io.ringkv.server.batch;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one timer of a server: lingers and periodic tasks, on one thread. Tasks must be short. Thread-safe.
 *
 * <p>A task that throws is logged, and a periodic one goes on.
 */
public final class ProcessTimer implements DelayTimer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessTimer.class);
    private static final long CLOSE_MILLIS = 2_000;

    private final ScheduledThreadPoolExecutor executor;

    /** @param threadName name of its thread */
    public ProcessTimer(String threadName) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Does nothing once the timer is closed. */
    @Override
    public void runAfter(long delayNanos, Runnable task) {
        try {
            Future<?> ignored = executor.schedule(() -> runLogged(task), delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=task_dropped reason=\"the timer is closed\"");
        }
    }

    /** Runs the task again and again, with a pause of so long in between, until the timer is closed. */
    public void runEvery(long periodMillis, Runnable task) {
        Future<?> ignored = executor.scheduleWithFixedDelay(
                () -> runLogged(task), periodMillis, periodMillis, TimeUnit.MILLISECONDS);
    }

    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("event=timer_task_failed", e);
        }
    }

    /** Ends the thread; tasks that are not due are dropped. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("event=timer_still_busy waitedMillis={}", CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
