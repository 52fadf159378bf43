package io.ringkv.manager.state;

import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import java.util.Objects;

/**
 * A server in the manager's books.
 *
 * @param record what everybody may know of it; its state is never SUSPECT, which is observed and not logged
 * @param version version of its software when it last registered
 * @param levelHighest highest log level its software can apply
 */
public record RegisteredServer(ServerRecord record, String version, int levelHighest) {

    /** @throws IllegalArgumentException if the state is SUSPECT or the level below 1 */
    public RegisteredServer {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(version, "version");
        if (record.state() == ServerState.SUSPECT) {
            throw new IllegalArgumentException("state: SUSPECT (expected: a state that is logged)");
        }
        if (levelHighest < 1) {
            throw new IllegalArgumentException("level: " + levelHighest + " (expected: 1 or more)");
        }
    }

    /** The same server in another state. */
    public RegisteredServer withState(ServerState state) {
        return new RegisteredServer(record.withState(state), version, levelHighest);
    }
}
