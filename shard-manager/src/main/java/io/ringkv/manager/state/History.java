package io.ringkv.manager.state;

import java.util.ArrayList;
import java.util.List;

/**
 * The youngest events, oldest first.
 *
 * @param total number of events ever, which is the number of the youngest
 * @param events at most {@link #KEPT}
 */
public record History(long total, List<RecordedEvent> events) {

    /** How many events are kept. Part of the replicated state: a change needs a new level. */
    public static final int KEPT = 1_000;

    /** Nothing has happened yet. */
    public static final History EMPTY = new History(0, List.of());

    /** @throws IllegalArgumentException if the numbers of the events do not end with {@code total} */
    public History {
        events = List.copyOf(events);
        long expected = total - events.size();
        for (RecordedEvent event : events) {
            expected++;
            if (event.number() != expected) {
                throw new IllegalArgumentException("event number: " + event.number() + " (expected: " + expected + ")");
            }
        }
    }

    /** Time of day of the youngest event, 0 if there is none. */
    public long lastWallMillis() {
        return events.isEmpty() ? 0 : events.get(events.size() - 1).wallMillis();
    }

    /** History after further events; the oldest are forgotten. */
    public History append(List<RecordedEvent> further) {
        List<RecordedEvent> all = new ArrayList<>(events);
        all.addAll(further);
        int from = Math.max(0, all.size() - KEPT);
        return new History(total + further.size(), all.subList(from, all.size()));
    }
}
