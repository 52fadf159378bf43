package io.ringkv.server.engine;

/**
 * This replica met something that must not happen (a damaged entry, an unknown operation type, a store error). The
 * replica stops serving at this position with a named reason; the exception never reaches Ratis.
 */
public final class EngineFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    public EngineFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    public EngineFailedException(String message) {
        super(message);
    }
}
