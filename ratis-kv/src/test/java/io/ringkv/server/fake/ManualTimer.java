package io.ringkv.server.fake;

import io.ringkv.server.batch.DelayTimer;
import java.util.ArrayList;
import java.util.List;

/** A timer on a {@link ManualClock}: tasks run when the test asks for those that are due. */
public final class ManualTimer implements DelayTimer {
    private record Task(long dueNanos, Runnable action) {}

    private final ManualClock clock;
    private final List<Task> tasks = new ArrayList<>();

    public ManualTimer(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public void runAfter(long delayNanos, Runnable task) {
        tasks.add(new Task(clock.nanos() + delayNanos, task));
    }

    /** Runs what is due now. */
    public void runDue() {
        List<Task> due = new ArrayList<>();
        long now = clock.nanos();
        tasks.removeIf(task -> task.dueNanos() - now <= 0 && due.add(task));
        due.forEach(task -> task.action().run());
    }

    /** Number of tasks that wait. */
    public int waiting() {
        return tasks.size();
    }
}
