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
    DISK_FULL;

    /** Whether a replica may have to be placed somewhere to mend it. */
    boolean needsPlace() {
        return switch (this) {
            case DEAD_REPLICA, TOO_FEW_REPLICAS, DRAINING_REPLICA, CROWDED_ZONE -> true;
            case UNDER_MAJORITY, LEADER_TO_GO, TOO_MANY_REPLICAS, DISK_FULL -> false;
        };
    }
}
