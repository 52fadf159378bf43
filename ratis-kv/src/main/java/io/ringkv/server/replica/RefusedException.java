package io.ringkv.server.replica;

/** An instruction is not obeyed. The message says why, for people. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean stale;

    /** @param stale the instruction is merely late: another one has taken its place, and nobody need be told */
    RefusedException(String message, boolean stale) {
        super(message);
        this.stale = stale;
    }

    RefusedException(String message) {
        this(message, false);
    }

    boolean stale() {
        return stale;
    }
}
