package io.ringkv.manager.control;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time, and what is to happen when. Events of the same instant happen in the order in which they were planned. */
final class EventQueue {

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now;
    private long planned;
    private long skipped;
    private long happened;

    private record Event(long at, long number, Runnable action) {}

    /** Milliseconds that were lived through, event by event. */
    long now() {
        return now;
    }

    /** Milliseconds that have passed, those included in which nothing would have happened. */
    long elapsedMillis() {
        return now + skipped;
    }

    /** How many events have happened. */
    long happened() {
        return happened;
    }

    /** Lets time pass in which nothing happens. */
    void skip(long millis) {
        skipped += millis;
    }

    void in(long delayMillis, Runnable action) {
        events.add(new Event(now + Math.max(0, delayMillis), planned, action));
        planned++;
    }

    /** Happens again and again, for ever. */
    void every(long firstMillis, long periodMillis, Runnable action) {
        in(firstMillis, () -> {
            action.run();
            every(periodMillis, periodMillis, action);
        });
    }

    /** Lets the next event happen. */
    void step() {
        Event next = events.remove();
        now = next.at;
        happened++;
        next.action.run();
    }

    /** Lets everything happen until that much more time has been lived through. */
    void runFor(long millis) {
        long until = now + millis;
        while (events.element().at <= until) {
            step();
        }
        now = until;
    }
}
