package io.ringkv.server.log;

/**
 * An entry of the log cannot be understood. The replica must stop at it: skipping what others apply would make it differ
 * from them for ever.
 */
public final class EntryFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public EntryFormatException(Reason reason, String message) {
        super(reason + ": " + message);
        this.reason = reason;
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }

    /** Names of what can be wrong with an entry. */
    public enum Reason {
        /** Too short, or not beginning like an entry. */
        NOT_AN_ENTRY,
        /** Written in a format of another release. */
        UNKNOWN_FORMAT,
        /** The checksum does not match: the bytes are not those that were written. */
        CHECKSUM_MISMATCH,
        /** Flags that this release does not know. */
        UNKNOWN_FLAGS,
        /** A level of semantics that this release does not know. */
        UNKNOWN_LEVEL,
        /** An operation that this release does not know. */
        UNKNOWN_OPERATION,
        /** The checksum matches, yet lengths or counts contradict each other: written by a faulty proposer. */
        INCONSISTENT
    }
}
