package io.ringkv.server.shard;

/**
 * Asked before every plain write: does a transaction hold the key? Today none ever does. A write that meets an intent comes
 * to LOCKED, which changes nothing and is not stored as the result of its request, so that the same request may be sent
 * again.
 */
@FunctionalInterface
public interface IntentLookup {
    /** For levels without transactions. */
    IntentLookup NONE = dataKey -> false;

    /** Whether somebody's intent lies on this data key. */
    boolean isLocked(byte[] dataKey);
}
