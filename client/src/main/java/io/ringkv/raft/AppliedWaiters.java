package io.ringkv.raft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Whoever waits for a log to be applied up to an index. Each waiter runs exactly once: its action when the index is
 * reached, or its other action when the replica closes or fails first.
 *
 * <p>Threading: all methods from any thread; waiters run on the thread that calls {@link #advance} or {@link #tellStopped}, or
 * on the registering one when there is nothing to wait for, never under a lock of this class.
 *
 * <p>Invariant: a waiter for index i that returned from {@link #await} before {@code advance(i)} was called is run by
 * that call. The applying thread looks at {@link #smallest} only, so it pays one volatile read when nobody waits; a
 * waiter therefore looks at the applied index again after it has published itself.
 */
final class AppliedWaiters {
    private record Waiter(long index, Runnable action, Runnable closed) {}

    private final Object lock = new Object();
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::index));
    private volatile long smallest = Long.MAX_VALUE;
    private volatile long applied;
    private boolean stopped;

    AppliedWaiters(long applied) {
        this.applied = applied;
    }

    long applied() {
        return applied;
    }

    void await(long index, Runnable action, Runnable onClosed) {
        if (applied >= index) {
            action.run();
            return;
        }
        boolean refused;
        synchronized (lock) {
            refused = stopped;
            if (!refused) {
                waiters.add(new Waiter(index, action, onClosed));
                smallest = smallestWaiting();
            }
        }
        if (refused) {
            onClosed.run();
        } else if (applied >= index) {
            runReached();
        }
    }

    /** Publishes that everything up to the index is applied and visible; lower indexes than before are ignored. */
    void advance(long index) {
        if (index > applied) {
            applied = index;
        }
        if (smallest <= applied) {
            runReached();
        }
    }

    /** Nothing more will be applied: whoever comes later for more is told so at once. {@link #tellStopped} tells the others. */
    void stop() {
        synchronized (lock) {
            stopped = true;
        }
    }

    /** Goes on after {@link #stop}. */
    void goOn() {
        synchronized (lock) {
            stopped = false;
        }
    }

    /** Runs the other action of all who wait, unless it went on meanwhile. */
    void tellStopped() {
        List<Waiter> rest;
        synchronized (lock) {
            if (!stopped) {
                return;
            }
            rest = new ArrayList<>(waiters);
            waiters.clear();
            smallest = Long.MAX_VALUE;
        }
        rest.forEach(waiter -> waiter.closed().run());
    }

    /** {@link #stop} and {@link #tellStopped}. */
    void close() {
        stop();
        tellStopped();
    }

    int waiting() {
        synchronized (lock) {
            return waiters.size();
        }
    }

    private void runReached() {
        List<Waiter> reached = new ArrayList<>();
        synchronized (lock) {
            Waiter head = waiters.peek();
            while (head != null && head.index() <= applied) {
                reached.add(head);
                waiters.remove();
                head = waiters.peek();
            }
            smallest = smallestWaiting();
        }
        reached.forEach(waiter -> waiter.action().run());
    }

    private long smallestWaiting() {
        Waiter head = waiters.peek();
        return head == null ? Long.MAX_VALUE : head.index();
    }
}
