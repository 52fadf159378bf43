package io.ringkv.server.shard;

import io.ringkv.common.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What one operation of an entry came to, decided by {@code apply} on every replica alike. A refusal is an outcome like
 * any other: only an unexpected failure of the replica is an exception.
 *
 * @param code {@link ErrorCode#OK} or why the operation was refused
 * @param revision shard revision of the change, or the present revision of the key after a refused condition; 0 = none
 * @param number second number of the result (counter value, version count, session id), see {@code operation.proto}
 * @param failedIndex item of a batch that refused, else 0
 * @param current encoded {@code ringkv.v1.Entry} of the present record after a refused condition; only on the first
 *     answer, never on a duplicate; null when the key is absent or the outcome carries none
 * @param session session in which the operation was executed, 0 = none
 * @param duplicate whether the outcome was found in the session table: nothing was applied now
 */
public record OperationOutcome(
        ErrorCode code,
        long revision,
        long number,
        int failedIndex,
        byte @Nullable [] current,
        long session,
        boolean duplicate) {}
