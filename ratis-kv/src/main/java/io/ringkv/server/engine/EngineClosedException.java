package io.ringkv.server.engine;

/** The replica's state is no longer served: it was closed, is being replaced by a snapshot, or has failed. */
public final class EngineClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineClosedException(String message) {
        super(message);
    }
}
