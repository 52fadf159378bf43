package io.ringkv.server.door;

import io.ringkv.server.replica.ShardReplica;
import java.util.OptionalLong;

/** Says how old the state of a replica may be that was not confirmed by the barrier. */
@FunctionalInterface
public interface Freshness {
    /** Nothing is known: a replica's own commit index proves nothing, its leader may have been deposed long ago. */
    Freshness UNKNOWN = (replica, revision) -> OptionalLong.empty();

    /**
     * A reading of the server's clock such that the replica's state of this revision, and each later one, holds everything
     * that was committed before it; empty when there is no proof of any. Called by any thread; must not block.
     */
    OptionalLong freshAtNanos(ShardReplica replica, long revision);
}
