package io.ringkv.client;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ShardId;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Answer to {@code batch}: all of it was applied, or nothing. That a condition in it did not hold is an answer, not an
 * exception.
 *
 * @param shard shard of all keys
 * @param applied whether the batch was applied
 * @param revision the one revision of all its changes, 0 if it was not applied
 * @param refusal if not applied, why: a code of the family {@code CONDITION_FAILED}
 * @param failedIndex if not applied, index of the first operation that refused
 */
public record BatchResult(
        ShardId shard, boolean applied, long revision, Optional<ErrorCode> refusal, OptionalInt failedIndex) {

    /** @throws IllegalArgumentException if it is neither applied nor refused, or both */
    public BatchResult {
        if (applied == refusal.isPresent() || applied == failedIndex.isPresent()) {
            throw new IllegalArgumentException(
                    "applied: " + applied + ", refusal: " + refusal + " at " + failedIndex + " (expected: one)");
        }
    }
}
