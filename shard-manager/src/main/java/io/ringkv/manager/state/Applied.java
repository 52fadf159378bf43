package io.ringkv.manager.state;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of an entry.
 *
 * @param state the state after it
 * @param events what happened, none if nothing did
 * @param refusal why it had no effect, null if it was accepted
 */
public record Applied(
        ClusterState state,
        List<RecordedEvent> events,
        @Nullable Refusal refusal) {

    /** State and events may not be null. */
    public Applied {
        Objects.requireNonNull(state, "state");
        events = List.copyOf(events);
    }
}
