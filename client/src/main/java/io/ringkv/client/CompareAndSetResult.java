package io.ringkv.client;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ShardId;
import java.util.Objects;
import java.util.Optional;

/**
 * Answer to {@code compareAndSet} and {@code compareAndDelete}. That the expectation did not hold is an answer, not an
 * exception.
 *
 * @param shard shard of the key
 * @param applied whether the expectation held and the change was made
 * @param revision if applied, revision of the change; else the key's present mod revision, 0 if it does not exist
 * @param refusal if not applied, which expectation failed: {@code VALUE_MISMATCH}, {@code REVISION_MISMATCH} or
 *     {@code KEY_EXISTS}
 * @param current if not applied, the key as it was at that moment. May be empty although the key exists: a shard that was
 *     asked twice, because an answer was lost, remembers the revision only. Read the key then.
 */
public record CompareAndSetResult(
        ShardId shard, boolean applied, long revision, Optional<ErrorCode> refusal, Optional<KeyValue> current) {

    /** @throws IllegalArgumentException if it is neither applied nor refused, or both */
    public CompareAndSetResult {
        Objects.requireNonNull(current, "current");
        if (applied == refusal.isPresent()) {
            throw new IllegalArgumentException("applied: " + applied + ", refusal: " + refusal + " (expected: one)");
        }
    }
}
