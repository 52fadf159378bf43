package io.ringkv.manager.log;

import io.ringkv.manager.state.ClusterState;
import java.util.Objects;

/**
 * The state after one entry of the log.
 *
 * @param term Raft term of the last entry applied
 * @param index Raft index of the last entry applied
 * @param state the state
 */
public record StateSnapshot(long term, long index, ClusterState state) {

    /** The state may not be null. */
    public StateSnapshot {
        Objects.requireNonNull(state, "state");
    }
}
