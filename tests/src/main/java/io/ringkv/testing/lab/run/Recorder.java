package io.ringkv.testing.lab.run;

import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes down what all callers do, on one monotonic clock, up to a limit. Each caller writes into a log of its own; the only
 * thing they share is a counter that is touched once per thousand operations, so that recording orders nothing that the
 * store should have ordered.
 */
public final class Recorder {
    private static final int BLOCK = 1_024;

    private final long originNanos = System.nanoTime();
    private final int operationsMax;
    private final AtomicInteger reserved = new AtomicInteger();
    private final AtomicBoolean full = new AtomicBoolean();
    private final AtomicLong nextProcess = new AtomicLong();
    private final List<Log> logs = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<FaultEvent> faults = new ConcurrentLinkedQueue<>();

    /** @param operationsMax most operations that are kept; about 150 bytes each */
    public Recorder(int operationsMax) {
        this.operationsMax = operationsMax;
    }

    /** Now, on the clock of the history. */
    public long nowNanos() {
        return System.nanoTime() - originNanos;
    }

    /** Whether the limit is reached: then the run has to end. */
    public boolean isFull() {
        return full.get();
    }

    /** A new log for one caller. */
    Log newLog() {
        Log log = new Log();
        logs.add(log);
        return log;
    }

    /** Takes down something that was done to the cluster. Any thread. */
    public void add(FaultEvent fault) {
        faults.add(fault);
    }

    /** Everything. Only once all callers have ended. */
    public History history() {
        List<Operation> all = new ArrayList<>();
        logs.forEach(log -> all.addAll(log.operations));
        return History.ofTimed(all, List.copyOf(faults));
    }

    /** What one caller does. Used by one thread at a time. */
    final class Log {
        private final List<Operation> operations = new ArrayList<>();
        private long process = nextProcess.getAndIncrement();
        private int left;

        /** Number of the process; another one after each operation of unknown outcome. */
        long process() {
            return process;
        }

        /** Makes sure that the next operation can be taken down; false when the limit is reached. */
        boolean reserve() {
            if (left == 0) {
                if (reserved.addAndGet(BLOCK) > operationsMax) {
                    full.set(true);
                    return false;
                }
                left = BLOCK;
            }
            return true;
        }

        void add(Operation operation) {
            operations.add(operation);
            left--;
            if (operation.completed() == Operation.NEVER
                    && operation.outcome() == io.ringkv.testing.lab.history.Outcome.INFO) {
                process = nextProcess.getAndIncrement();
            }
        }
    }
}
