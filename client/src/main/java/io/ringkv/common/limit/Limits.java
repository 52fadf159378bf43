package io.ringkv.common.limit;

/**
 * Hard limits of protocol and formats. They are part of the contract between all releases of a cluster and its clients,
 * and therefore constants; what may differ between installations is configuration.
 */
public final class Limits {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** Shortest key, in bytes. */
    public static final int MIN_KEY_BYTES = 1;

    /** Longest key, in bytes. */
    public static final int MAX_KEY_BYTES = 4 * KIB;

    /** Largest value, in bytes. An empty value is allowed. */
    public static final int MAX_VALUE_BYTES = MIB;

    /** Most operations in a batch. */
    public static final int MAX_BATCH_KEYS = 128;

    /** Most bytes of keys and values in a batch, expected values of conditions included. */
    public static final int MAX_BATCH_BYTES = 2 * MIB;

    /** Most keys in one read of several keys from one shard. */
    public static final int MAX_GET_KEYS = 1000;

    /** Most bytes of keys and values in the answer to a read of several keys or in a page of a scan, unless the first entry alone is larger. */
    public static final int MAX_PAGE_BYTES = MIB;

    /** Most entries in a page of a scan, and the default. */
    public static final int MAX_SCAN_PAGE_ENTRIES = 1000;

    /** A scan that has been open longer is cut; it goes on with a continuation key. */
    public static final long MAX_SCAN_AGE_MILLIS = 10_000;

    /** Operations at least this large, and scans, travel on a second stream, so that small ones do not wait behind them. */
    public static final int LARGE_OPERATION_BYTES = 64 * KIB;

    /** Largest encoded operation: the largest batch and its framing. */
    public static final int MAX_OPERATION_BYTES = MAX_BATCH_BYTES + MAX_BATCH_KEYS * 64;

    /**
     * A server gathers operations into one Raft entry up to this size; an operation that alone is larger is an entry of its
     * own.
     */
    public static final int ENTRY_GATHER_BYTES = 512 * KIB;

    /** Most operations gathered into one Raft entry. */
    public static final int MAX_ENTRY_OPERATIONS = 4096;

    /**
     * Largest Raft entry. A larger one would make the leader step down, and the next one on the retry: so encoded sizes are
     * checked before anything is proposed.
     */
    public static final int MAX_RAFT_ENTRY_BYTES = 4 * MIB;

    /** Largest message on any RingKV connection: the largest operation beside a well-filled frame. */
    public static final int MAX_FRAME_BYTES = 4 * MIB;

    /** Most requests in one frame. */
    public static final int MAX_FRAME_REQUESTS = 4096;

    /** A session keeps results of so many sequences, counted from the smallest one still awaited. */
    public static final int SESSION_WINDOW = 1024;

    /** Most sessions of a shard. */
    public static final int MAX_SESSIONS = 20_000;

    /** Most bytes of sessions and their results in a shard. */
    public static final long MAX_SESSION_BYTES = 64L * MIB;

    /** Largest stored result of one write, in bytes. */
    public static final int MAX_SESSION_RESULT_BYTES = 64;

    /** Idle time after which a session expires, in shard time, unless it was opened with a shorter one. */
    public static final long SESSION_IDLE_MILLIS = 60 * 60 * 1000L;

    /** Idle time of sessions of one-shot commands: above the longest request, so that no late copy survives it. */
    public static final long ONE_SHOT_SESSION_IDLE_MILLIS = 10 * 60 * 1000L;

    /** Most sessions that one log entry expires. */
    public static final int MAX_EXPIRED_SESSIONS_PER_ENTRY = 64;

    /** Time limit of a request that names none. */
    public static final int DEFAULT_REQUEST_TIMEOUT_MILLIS = 5_000;

    /** Longest time limit of a request. */
    public static final int MAX_REQUEST_TIMEOUT_MILLIS = 5 * 60 * 1000;

    /** Length of the optional key of a request without session, in bytes. */
    public static final int REQUEST_KEY_BYTES = 16;

    /** Most shards of a cluster. */
    public static final int MAX_SHARDS = 65_536;

    /** Most replicas of a shard. */
    public static final int MAX_REPLICATION_FACTOR = 7;

    /** Most members of the shard manager. */
    public static final int MAX_MANAGERS = 7;

    /** Most addresses a tool takes as endpoints. */
    public static final int MAX_ENDPOINTS = 64;

    /** Longest label of a server or manager, in characters. */
    public static final int MAX_LABEL_CHARACTERS = 63;

    private Limits() {}
}
