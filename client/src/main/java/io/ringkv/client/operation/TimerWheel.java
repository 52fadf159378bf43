package io.ringkv.client.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When to look at which element next. Setting, moving and removing a time costs the same however many elements there are;
 * a time is kept to about {@link #TICK_NANOS}, never early.
 *
 * <p>Elements lie in slots by time, all laps of the wheel together. Used by one thread; time is a parameter.
 *
 * @param <E> type of the elements
 */
final class TimerWheel<E extends TimerWheel.Entry> {

    /** About 4 ms. */
    static final long TICK_NANOS = 1 << 22;

    private static final int SLOTS = 512;

    private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
    private final long originNanos;
    private long ticksDone;
    private int size;

    /** An element of a wheel; of one at a time. */
    abstract static class Entry {
        private @Nullable Entry before;
        private @Nullable Entry after;
        private long dueTick = -1;

        boolean isScheduled() {
            return dueTick >= 0;
        }
    }

    TimerWheel(long nowNanos) {
        this.originNanos = nowNanos;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Sets the time of an element, instead of an earlier one if it has one. */
    void schedule(E element, long atNanos) {
        cancel(element);
        Entry entry = element;
        // Rounded up, and never into a tick that is done already.
        entry.dueTick = Math.max(ticksDone + 1, (atNanos - originNanos) / TICK_NANOS + 1);
        int slot = slot(entry.dueTick);
        Entry first = slots[slot];
        entry.after = first;
        if (first != null) {
            first.before = entry;
        }
        slots[slot] = entry;
        size++;
    }

    /** Removes an element, if it has a time. */
    void cancel(E element) {
        Entry entry = element;
        if (!entry.isScheduled()) {
            return;
        }
        if (entry.before == null) {
            slots[slot(entry.dueTick)] = entry.after;
        } else {
            entry.before.after = entry.after;
        }
        if (entry.after != null) {
            entry.after.before = entry.before;
        }
        entry.before = null;
        entry.after = null;
        entry.dueTick = -1;
        size--;
    }

    /** Takes out all elements whose time has come and passes them on; they may be scheduled again meanwhile. */
    void advance(long nowNanos, Consumer<E> due) {
        long nowTick = (nowNanos - originNanos) / TICK_NANOS;
        List<E> expired = new ArrayList<>();
        long lastSlotTick = Math.min(nowTick, ticksDone + SLOTS);
        for (long tick = ticksDone + 1; tick <= lastSlotTick; tick++) {
            for (Entry entry = slots[slot(tick)]; entry != null; entry = entry.after) {
                if (entry.dueTick <= nowTick) {
                    expired.add(element(entry));
                }
            }
        }
        ticksDone = Math.max(ticksDone, nowTick);
        expired.forEach(this::cancel);
        expired.forEach(due);
    }

    /** Takes out all elements. */
    List<E> removeAll() {
        List<E> all = new ArrayList<>(size);
        for (Entry first : slots) {
            for (Entry entry = first; entry != null; entry = entry.after) {
                all.add(element(entry));
            }
        }
        all.forEach(this::cancel);
        return all;
    }

    @SuppressWarnings("unchecked") // Only elements are ever put in.
    private E element(Entry entry) {
        return (E) entry;
    }

    private static int slot(long tick) {
        return (int) (tick % SLOTS);
    }
}
