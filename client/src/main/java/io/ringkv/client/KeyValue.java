package io.ringkv.client;

import java.util.Objects;

/**
 * A key with its value and what is known about its changes. Revisions count the changes of the key's shard, so they
 * compare within one shard only.
 *
 * @param key the key
 * @param value the value; empty if it was not asked for
 * @param createRevision when the key was created, since it was last deleted
 * @param modRevision when it was last changed
 * @param version number of changes since creation, 1 for a new key
 */
public record KeyValue(Bytes key, Bytes value, long createRevision, long modRevision, long version) {

    /** Neither key nor value may be null. */
    public KeyValue {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
    }
}
