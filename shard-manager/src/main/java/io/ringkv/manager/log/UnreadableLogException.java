package io.ringkv.manager.log;

/**
 * Bytes of the manager's log or snapshot are damaged, or of a format, level or type that this software does not know. The
 * member must stop: going on without them would make it differ from the others.
 */
public final class UnreadableLogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The message says what cannot be read, and what was expected. */
    public UnreadableLogException(String message) {
        super(message);
    }

    /** The message says what cannot be read; that of the cause is added. */
    public UnreadableLogException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
