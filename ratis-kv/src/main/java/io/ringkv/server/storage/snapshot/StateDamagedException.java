package io.ringkv.server.storage.snapshot;

/**
 * What the store holds is not what was put into it: counts or digest of what streams into a snapshot differ from those that
 * were kept while applying. The replica is damaged and must be rebuilt.
 */
public final class StateDamagedException extends Exception {

    private static final long serialVersionUID = 1L;

    public StateDamagedException(String message) {
        super(message);
    }
}
