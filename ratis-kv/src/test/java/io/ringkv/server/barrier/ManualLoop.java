package io.ringkv.server.barrier;

import io.ringkv.common.time.NanoClock;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An event loop and its clock in the hands of the test: tasks run when the test says so, on its thread, in the order in which
 * they are due; time passes when the test says so. Time starts near the overflow, where careless comparisons fail.
 */
final class ManualLoop extends AbstractExecutorService implements ScheduledExecutorService, NanoClock {
    private static final long START_NANOS = Long.MAX_VALUE - 1_000_000_000L;

    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>();
    private long elapsedNanos;
    private long submitted;
    private boolean ended;

    private final class Task<T> extends FutureTask<T> implements ScheduledFuture<T> {
        private final long dueNanos;
        private final long number = submitted++;

        private Task(Callable<T> action, long delayNanos) {
            super(action);
            this.dueNanos = elapsedNanos + delayNanos;
        }

        @Override
        protected void setException(Throwable cause) {
            // A real loop would log it and go on; here it is a bug of what is tested.
            throw new AssertionError("A task of the loop failed.", cause);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - elapsedNanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Task<?> task = (Task<?>) other;
            int byTime = Long.compare(dueNanos, task.dueNanos);
            return byTime != 0 ? byTime : Long.compare(number, task.number);
        }
    }

    @Override
    public long nanos() {
        return START_NANOS + elapsedNanos;
    }

    /** Runs what is due now, and what that submits. */
    void run() {
        runUntil(elapsedNanos);
    }

    /** Lets time pass and runs what becomes due meanwhile, at its time. */
    void advanceMillis(long millis) {
        runUntil(elapsedNanos + millis * 1_000_000);
    }

    /** The same up to a point of time, in nanoseconds since the start. */
    void runUntil(long nanos) {
        while (nextDueNanos() <= nanos) {
            Task<?> next = tasks.remove();
            elapsedNanos = Math.max(elapsedNanos, next.dueNanos);
            next.run();
        }
        elapsedNanos = Math.max(elapsedNanos, nanos);
    }

    /** When the next task is due, in nanoseconds since the start; {@code Long.MAX_VALUE} when none waits. */
    long nextDueNanos() {
        Task<?> next = tasks.peek();
        return next == null ? Long.MAX_VALUE : next.dueNanos;
    }

    /** Tasks that are not due yet. */
    int planned() {
        return (int) tasks.stream().filter(task -> task.dueNanos > elapsedNanos).count();
    }

    private <T> Task<T> add(Callable<T> action, long delay, TimeUnit unit) {
        if (ended) {
            throw new RejectedExecutionException("The loop has ended.");
        }
        Task<T> task = new Task<>(action, unit.toNanos(delay));
        tasks.add(task);
        return task;
    }

    @Override
    public void execute(Runnable action) {
        Task<?> unused = add(nothingOf(action), 0, TimeUnit.NANOSECONDS);
    }

    private static Callable<Boolean> nothingOf(Runnable action) {
        return () -> {
            action.run();
            return true;
        };
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
        return add(nothingOf(action), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> action, long delay, TimeUnit unit) {
        return add(action, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable action, long initialDelay, long period, TimeUnit unit) {
        throw new AssertionError("The barrier has no periodic tasks.");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable action, long initialDelay, long delay, TimeUnit unit) {
        throw new AssertionError("The barrier has no periodic tasks.");
    }

    @Override
    public void shutdown() {
        ended = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        ended = true;
        List<Runnable> left = new ArrayList<>(tasks);
        tasks.clear();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return ended;
    }

    @Override
    public boolean isTerminated() {
        return ended && tasks.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }
}
