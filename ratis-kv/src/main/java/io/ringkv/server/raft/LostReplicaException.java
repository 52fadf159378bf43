package io.ringkv.server.raft;

/**
 * What a replica once had is not there any more: it must not take part in its group, where it would help to decide without
 * knowing what it acknowledged. It leaves the configuration before it may come back.
 */
public final class LostReplicaException extends Exception {
    private static final long serialVersionUID = 1L;

    public LostReplicaException(String message) {
        super(message);
    }
}
