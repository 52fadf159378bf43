package io.ringkv.common.shardmap;

/** What the shard manager thinks of a server. */
public enum ServerState {
    /** Registered; holds nothing yet. */
    JOINING,
    /** Heard regularly, and takes part. */
    ACTIVE,
    /** Not heard for a short while; nothing is done about it yet. */
    SUSPECT,
    /** Not heard for long; its replicas are replaced elsewhere. */
    DOWN,
    /** Being emptied on request. */
    DRAINING,
    /** No longer part of the cluster, for ever. */
    REMOVED
}
