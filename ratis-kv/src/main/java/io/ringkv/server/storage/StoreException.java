package io.ringkv.server.storage;

/** A store cannot do its work: its disk is full or broken, or what it holds is damaged. The replica must stop. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
