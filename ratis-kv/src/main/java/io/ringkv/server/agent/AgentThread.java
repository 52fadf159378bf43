package io.ringkv.server.agent;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of an agent, with at most one planned step. What goes wrong in one action is logged and does not end the
 * others. Safe for use by any thread, but {@link #plan}, which belongs to the thread itself.
 */
final class AgentThread implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentThread.class);
    private static final long STOP_MILLIS = 1_000;

    private final ScheduledExecutorService thread;
    private @Nullable ScheduledFuture<?> planned;

    AgentThread(String name) {
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread own = new Thread(task, name);
            own.setDaemon(true);
            return own;
        });
    }

    /** Runs an action; nothing happens once the thread is closed. */
    @Override
    public void execute(Runnable action) {
        try {
            thread.execute(guarded(action));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=agent-closed", e);
        }
    }

    /** Runs an action again and again. */
    void repeat(Runnable action, long millis) {
        ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(guarded(action), 0, millis, TimeUnit.MILLISECONDS);
    }

    /** Plans the next step, in the place of the one that was planned before. */
    void plan(Runnable step, long waitMillis) {
        if (planned != null) {
            planned.cancel(false);
        }
        try {
            planned = thread.schedule(guarded(step), waitMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=agent-closed", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            thread.shutdownNow();
        }
    }

    private static Runnable guarded(Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("event=agent-failed", e);
            }
        };
    }
}
