package io.ringkv.manager.state;

import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server in the manager's books.
 *
 * @param record what everybody may know of it; its state is never SUSPECT, which is observed and not logged
 * @param version version of its software when it last registered
 * @param levelHighest highest log level its software can apply
 * @param draining it shall be emptied; also holds while it is DOWN or JOINING, when the state cannot say so
 * @param maintenance it is worked on, null if it is not
 */
public record RegisteredServer(
        ServerRecord record,
        String version,
        int levelHighest,
        boolean draining,
        @Nullable Maintenance maintenance) {

    /** @throws IllegalArgumentException if the state is SUSPECT or contradicts the wish to drain, or the level below 1 */
    public RegisteredServer {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(version, "version");
        if (record.state() == ServerState.SUSPECT) {
            throw new IllegalArgumentException("state: SUSPECT (expected: a state that is logged)");
        }
        if (record.state() == (draining ? ServerState.ACTIVE : ServerState.DRAINING)) {
            throw new IllegalArgumentException("state: " + record.state() + " with draining = " + draining);
        }
        if (levelHighest < 1) {
            throw new IllegalArgumentException("level: " + levelHighest + " (expected: 1 or more)");
        }
    }

    /** A server that nobody wants to drain or works on. */
    public static RegisteredServer of(ServerRecord record, String version, int levelHighest) {
        return new RegisteredServer(record, version, levelHighest, false, null);
    }

    /** Whether new replicas may be put on it: heard as far as is logged, and to stay. */
    public boolean isUsable() {
        return record.state() == ServerState.ACTIVE;
    }

    /** Whether it is part of the cluster. */
    public boolean isPresent() {
        return record.state() != ServerState.REMOVED;
    }

    /** Its state while it is heard. */
    public ServerState stateWhenHeard() {
        return draining ? ServerState.DRAINING : ServerState.ACTIVE;
    }

    /** The same server in another state. */
    public RegisteredServer withState(ServerState state) {
        return new RegisteredServer(record.withState(state), version, levelHighest, draining, maintenance);
    }

    /** The same server, to be emptied or to be kept. */
    RegisteredServer withDraining(boolean newDraining) {
        boolean isHeard = record.state() == ServerState.ACTIVE || record.state() == ServerState.DRAINING;
        ServerState heard = newDraining ? ServerState.DRAINING : ServerState.ACTIVE;
        return new RegisteredServer(
                record.withState(isHeard ? heard : record.state()), version, levelHighest, newDraining, maintenance);
    }

    /** The same server, worked on or no longer. */
    RegisteredServer withMaintenance(@Nullable Maintenance newMaintenance) {
        return new RegisteredServer(record, version, levelHighest, draining, newMaintenance);
    }

    /** The same server, no longer part of the cluster. */
    RegisteredServer removed() {
        return new RegisteredServer(record.withState(ServerState.REMOVED), version, levelHighest, false, null);
    }
}
