package io.ringkv.manager.state;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The youngest events, oldest first, and the state they began with: so each ring epoch since then can be looked at.
 *
 * @param total number of events ever, which is the number of the youngest
 * @param events at most {@link #KEPT}
 * @param base the state before the oldest of these events, without a history of its own; null while none is forgotten
 */
public record History(
        long total, List<RecordedEvent> events, @Nullable ClusterState base) {

    /** How many events are kept. Part of the replicated state: a change needs a new level. */
    public static final int KEPT = 1_000;

    /** Nothing has happened yet. */
    public static final History EMPTY = new History(0, List.of(), null);

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
        return new History(total + further.size(), all.subList(from, all.size()), baseAfter(all.subList(0, from)));
    }

    private @Nullable ClusterState baseAfter(List<RecordedEvent> forgotten) {
        ClusterState newBase = base;
        for (RecordedEvent recorded : forgotten) {
            newBase = recorded.event()
                    .foldInto(newBase == null ? ClusterState.EMPTY : newBase)
                    .withHistory(recorded.ringEpoch(), EMPTY);
        }
        return newBase;
    }

    /** The oldest ring epoch that can be looked at. */
    public long oldestRingEpoch() {
        return base == null ? 0 : base.ringEpoch();
    }

    /**
     * The state as it was when a ring epoch was the newest, without a history.
     *
     * @return null if the epoch is not kept any more, or has not come yet
     */
    public @Nullable ClusterState at(long ringEpoch) {
        if (ringEpoch < oldestRingEpoch()
                || events.isEmpty()
                || ringEpoch > events.get(events.size() - 1).ringEpoch()) {
            return null;
        }
        ClusterState then = base == null ? ClusterState.EMPTY : base;
        for (RecordedEvent recorded : events) {
            if (recorded.ringEpoch() > ringEpoch) {
                break;
            }
            then = recorded.event().foldInto(then).withHistory(recorded.ringEpoch(), EMPTY);
        }
        return then;
    }
}
