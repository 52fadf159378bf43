package io.ringkv.common.shardmap;

/** What a replica counts for in its shard. */
public enum ReplicaRole {
    /** Counts for the majority, and may lead. */
    VOTER,
    /** Is being filled with data and does not count yet. */
    TARGET
}
