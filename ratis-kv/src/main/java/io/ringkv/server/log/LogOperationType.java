package io.ringkv.server.log;

import org.jspecify.annotations.Nullable;

/**
 * Operations that may stand in a shard's log. The numbers are those of {@code OperationType} in operation.proto, for ever.
 *
 * <p>Numbers that the proto reserves for later releases are missing on purpose: a replica that meets one must stop.
 */
public enum LogOperationType {
    /** Sets a value. */
    PUT(1, true),
    /** Removes a key. */
    DELETE(2, true),
    /** Changes a key if it is as expected. */
    COMPARE_AND_SET(3, true),
    /** Adds to a counter. */
    INCREMENT(4, true),
    /** Several of the former, all or none. */
    BATCH(5, true),

    /** Opens or finds the session of a client. */
    OPEN(64, false),
    /** Forgets a session. */
    CLOSE(65, true),
    /** Turns an unknown outcome into a fact. */
    RESOLVE(66, true),
    /** Forgets idle sessions; proposed by servers only, as all that follow. */
    EXPIRE(67, false),
    /** Begins the shard. */
    CREATE_SHARD(68, false),
    /** Raises the replica epoch. */
    FENCE(69, false),
    /** Raises the level. */
    SET_LEVEL(70, false),
    /** Begins a new life of the shard with the state as it is. */
    RESTORE_MARK(80, false);

    private static final LogOperationType[] BY_NUMBER = new LogOperationType[RESTORE_MARK.number + 1];

    static {
        for (LogOperationType type : values()) {
            BY_NUMBER[type.number] = type;
        }
    }

    private final int number;
    private final boolean inSession;

    LogOperationType(int number, boolean inSession) {
        this.number = number;
        this.inSession = inSession;
    }

    /** The type with this number, or null when a log of this release must not hold it. */
    @SuppressWarnings("NullAway") // The table has gaps.
    public static @Nullable LogOperationType ofNumber(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /** Number in the log and on the wire. */
    public int number() {
        return number;
    }

    /** Whether the operation belongs to a session of a client and carries its fields. */
    public boolean inSession() {
        return inSession;
    }

    /** Whether it changes keys, and may therefore open its session on the way. */
    public boolean isWrite() {
        return number <= BATCH.number;
    }
}
