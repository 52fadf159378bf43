package io.ringkv.manager.state;

import java.util.Objects;

/**
 * An event with its place in history.
 *
 * @param number 1, 2, 3, … without gaps
 * @param wallMillis time of day, for people; never less than that of the event before
 * @param ringEpoch ring epoch after the entry that caused it
 * @param term Raft term of that entry
 * @param index Raft index of that entry
 * @param event what happened
 */
public record RecordedEvent(long number, long wallMillis, long ringEpoch, long term, long index, ClusterEvent event) {

    /** The event may not be null. */
    public RecordedEvent {
        Objects.requireNonNull(event, "event");
    }
}
