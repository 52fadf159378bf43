package io.ringkv.common.error;

/** Exit codes of every RingKV command and process. Stable: scripts depend on them. */
public enum ExitCode {
    /** All went well. */
    OK(0),
    /** Failure for which there is no more precise code. */
    FAILURE(1),
    /** The command line or an argument is wrong. */
    USAGE(2),
    /** What was asked for does not exist. */
    NOT_FOUND(3),
    /** A condition of the request does not hold. */
    CONDITION_FAILED(4),
    /** Not available now; not applied, safe to retry. */
    UNAVAILABLE(5),
    /** The outcome of a write is unknown. */
    OUTCOME_UNKNOWN(6),
    /** Not allowed. */
    FORBIDDEN(7),
    /** A check found something wrong: {@code status}, {@code doctor}, {@code verify}, {@code lab}. */
    UNHEALTHY(8),
    /** A limit of size, quota or disk. */
    LIMIT(9),
    /** Refused by a safety check; the message names the flag that overrides it, if there is one. */
    SAFETY(10),
    /** The plan to apply was made for a state that is gone. */
    STALE_PLAN(11),
    /** A process met a defect of its own ({@code EX_SOFTWARE} of sysexits). */
    INTERNAL(70),
    /** A process met an input/output error ({@code EX_IOERR}). */
    IO(74),
    /** A process was configured wrongly ({@code EX_CONFIG}). */
    CONFIG(78),
    /** A server was removed from its cluster: started again with the same data it would only stop again. */
    REMOVED(79),
    /** Interrupted from the keyboard. */
    INTERRUPTED(130);

    private final int value;

    ExitCode(int value) {
        this.value = value;
    }

    /** The number given to the operating system. */
    public int value() {
        return value;
    }
}
