package io.ringkv.server.log;

/**
 * Bytes are not what their format says. Thrown by readers of one field; whoever knows where the bytes come from turns it
 * into a refusal (a client's operation) or a failure (our own entry, record or file). Carries no stack trace, because a
 * client can cause it at will.
 */
public final class MalformedBytesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what was expected where */
    public MalformedBytesException(String message) {
        super(message, null, false, false);
    }
}
