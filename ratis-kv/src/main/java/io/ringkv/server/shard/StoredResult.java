package io.ringkv.server.shard;

import io.ringkv.common.error.ErrorCode;

/**
 * What a session remembers of a finished request, to give the same answer again. Never a value: a refusal that is found
 * here again carries the revision only, and the caller reads anew.
 *
 * @param sequence number of the request
 * @param code how it ended
 * @param revision see {@link OperationOutcome#revision()}
 * @param number see {@link OperationOutcome#number()}
 * @param failedIndex see {@link OperationOutcome#failedIndex()}
 */
public record StoredResult(long sequence, ErrorCode code, long revision, long number, int failedIndex) {}
