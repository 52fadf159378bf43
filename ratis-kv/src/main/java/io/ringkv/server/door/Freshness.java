package io.ringkv.server.door;

import io.ringkv.server.replica.ShardReplica;

/** Says how old the state of a replica may be that was not confirmed by the barrier. */
@FunctionalInterface
public interface Freshness {
    /** Nothing is known: a replica's own commit index proves nothing, its leader may have been deposed long ago. */
    Freshness UNKNOWN = replica -> 0;

    /**
     * Upper bound, in milliseconds, on how long ago the newest change was committed that the replica may lack; 0 when
     * there is no proof of any. Called by any thread; must not block.
     */
    long staleMillisMax(ShardReplica replica);
}
