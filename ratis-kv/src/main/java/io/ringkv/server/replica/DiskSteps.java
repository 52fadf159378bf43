package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;

/**
 * Told of each durable step of making or deleting a replica right after it was made, so that a test can end the server between
 * any two of them.
 */
@FunctionalInterface
interface DiskSteps {
    /** Nobody is told. */
    DiskSteps UNWATCHED = (group, step) -> {};

    /** A step; the names are in the order in which they are made. */
    enum Step {
        PREPARED_IN_LEDGER,
        LEFTOVERS_DELETED,
        DIRECTORY_MADE,
        JOINING_IN_LEDGER,
        MEMBER_IN_LEDGER,
        REMOVED_IN_LEDGER,
        CLOSED,
        LOG_DELETED,
        STORE_DELETED
    }

    /** The step is durable. */
    void made(GroupId group, Step step);
}
