package io.ringkv.manager.operation;

/** What a server's ledger says of its replica of a shard. */
public enum Holding {
    /** Nothing, or nothing was heard of it. */
    NOTHING,
    /** It exists, without voters. */
    PREPARED,
    /** It is or was a voter. */
    MEMBER,
    /** It was deleted on instruction. */
    REMOVED,
    /** Its files are missing or damaged. */
    LOST
}
