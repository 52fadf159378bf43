package io.ringkv.client;

/** What a read may return. */
public enum Consistency {
    /** The present state: as if all operations happened one after another, at one place. Asks the leader. */
    LINEARIZABLE,
    /**
     * At least as new as all this client, or the owner of a {@link SessionToken} it was given, has written or seen. Any
     * replica; it waits until it is fresh enough.
     */
    SESSION,
    /** Whatever the asked replica has. The answer says how old it may be. */
    STALE
}
