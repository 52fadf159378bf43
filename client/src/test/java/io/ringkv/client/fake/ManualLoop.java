package io.ringkv.client.fake;

import io.ringkv.client.connection.ClientLoop;
import io.ringkv.common.time.NanoClock;
import java.util.PriorityQueue;

/** A loop whose time passes only when a test lets it. One thread. */
public final class ManualLoop implements ClientLoop {

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nowNanos;
    private long added;

    private record Task(long atNanos, long number, Runnable action) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int compared = Long.compare(atNanos, other.atNanos);
            return compared != 0 ? compared : Long.compare(number, other.number);
        }
    }

    public ManualLoop(long startNanos) {
        this.nowNanos = startNanos;
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void later(Runnable task) {
        after(0, task);
    }

    @Override
    public void after(long delayNanos, Runnable task) {
        tasks.add(new Task(nowNanos + delayNanos, added++, task));
    }

    @Override
    public NanoClock clock() {
        return () -> nowNanos;
    }

    /** Runs tasks in the order of their times until none is left. */
    public void runAll() {
        while (!tasks.isEmpty()) {
            Task task = tasks.remove();
            nowNanos = Math.max(nowNanos, task.atNanos());
            task.action().run();
        }
    }

    /** Runs what is due within so much time. */
    public void runFor(long nanos) {
        long untilNanos = nowNanos + nanos;
        while (!tasks.isEmpty() && tasks.element().atNanos() <= untilNanos) {
            Task task = tasks.remove();
            nowNanos = Math.max(nowNanos, task.atNanos());
            task.action().run();
        }
        nowNanos = untilNanos;
    }
}
