package io.ringkv.manager.operation;

/**
 * A step of an operation. Persisted before anything is sent for it; over only when a report shows what it is for. What is
 * sent for a step may be sent any number of times.
 */
public enum OperationStep {
    /** Leadership goes to another voter, before anything changes. */
    TRANSFER(false),
    /** A fence under which one voter may be added. */
    FENCE_ADD(true),
    /** An empty replica comes to be at the target. */
    PREPARE(false),
    /** The target becomes a voter. */
    ADD(false),
    /** Leadership leaves the server whose replica is to go. */
    TRANSFER_AWAY(false),
    /** A fence under which one voter may be removed. */
    FENCE_REMOVE(true),
    /** One voter is removed. */
    REMOVE(false),
    /** The replica that is no voter deletes itself. */
    CLEAN(false),
    /** A fence under which nothing may be changed: whatever was sent before it is void. */
    UNDO_FENCE(true),
    /** What was staged ends, and a leader that has the fence says who votes. */
    UNDO_SETTLE(false);

    private final boolean isFence;

    OperationStep(boolean isFence) {
        this.isFence = isFence;
    }

    /** Whether it puts a fence of a new replica epoch into the shard's log. */
    public boolean isFence() {
        return isFence;
    }
}
