package io.ringkv.manager.placement;

/** What can be wrong with a placement. In order of urgency. */
public enum FindingKind {
    /** Too few of a shard's voters live for it to serve or to be changed. */
    UNDER_MAJORITY,
    /** A shard has a voter on a server that is DOWN or removed. */
    DEAD_REPLICA,
    /** A shard has fewer voters than wanted. */
    TOO_FEW_REPLICAS,
    /** A shard is led from a server that shall not lead. */
    LEADER_TO_GO,
    /** A shard has a voter on a server that is being emptied. */
    DRAINING_REPLICA,
    /** A shard with no more voters than wanted has more of them in a zone than it needs to. */
    CROWDED_ZONE,
    /** A shard has more voters than wanted. */
    TOO_MANY_REPLICAS,
    /** A server's disk is too full for it to be given replicas. */
    DISK_FULL
}
