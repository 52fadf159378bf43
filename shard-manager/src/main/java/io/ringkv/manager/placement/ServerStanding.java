package io.ringkv.manager.placement;

import io.ringkv.common.shardmap.ServerState;

/** What the planner may do with a server. */
enum ServerStanding {
    /** May be given replicas and leaders, and may lose them. */
    SERVING,
    /** Keeps what it has and gets nothing: silent, in maintenance, or not yet taken in. */
    RESTING,
    /** Shall lose everything it has, and lives. */
    LEAVING,
    /** What it had is lost, at least for now. */
    DEAD;

    static ServerStanding of(ServerView server) {
        if (server.state() == ServerState.REMOVED) {
            return DEAD;
        }
        if (server.isInMaintenance()) {
            // An operator who restarts a machine does not want its replicas copied meanwhile, though it be DOWN.
            return RESTING;
        }
        return switch (server.state()) {
            case ACTIVE -> server.isHeard() ? SERVING : RESTING;
            case JOINING, SUSPECT -> RESTING;
            case DRAINING -> LEAVING;
            case DOWN, REMOVED -> DEAD;
        };
    }

    /** Whether its replicas are to stay where they are as far as the server is concerned. */
    boolean isStaying() {
        return this == SERVING || this == RESTING;
    }
}
