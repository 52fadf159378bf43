package io.ringkv.manager.operation;

/** What an operation does to one shard. At no time does it change more than one voter. */
public enum OperationKind {
    /** A voter on another server takes the place of one whose server lives: added first, then the source removed. */
    MOVE_REPLICA(true, true),
    /** A voter on another server takes the place of one whose server is dead: the dead removed first, then the target added. */
    REPLACE_REPLICA(true, true),
    /** One voter more. */
    ADD_REPLICA(false, true),
    /** One voter less. */
    REMOVE_REPLICA(true, false),
    /** Another voter leads; the voters stay as they are. The source is whoever leads at that time. */
    TRANSFER_LEADER(false, true);

    private final boolean hasSource;
    private final boolean hasTarget;

    OperationKind(boolean hasSource, boolean hasTarget) {
        this.hasSource = hasSource;
        this.hasTarget = hasTarget;
    }

    /** Whether it names a server that loses its replica. */
    public boolean hasSource() {
        return hasSource;
    }

    /** Whether it names a server that gains a replica or the leadership. */
    public boolean hasTarget() {
        return hasTarget;
    }

    /** Whether it changes the voters, as opposed to who of them leads. */
    public boolean changesVoters() {
        return this != TRANSFER_LEADER;
    }

    /** Whether a whole copy of the shard's data has to travel to the target. */
    public boolean copiesData() {
        return changesVoters() && hasTarget;
    }
}
