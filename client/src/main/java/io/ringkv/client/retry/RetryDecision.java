package io.ringkv.client.retry;

import io.ringkv.common.error.ErrorCode;

/** What to do after an attempt. */
public sealed interface RetryDecision {

    /** The reply is the answer to the caller. */
    enum Finish implements RetryDecision {
        INSTANCE
    }

    /**
     * Send the same request again: for a write with the same session and sequence.
     *
     * @param where to which server
     * @param delayMillis after a pause of about this long; the caller of the policy adds jitter. 0 = at once
     * @param refreshMap ask for a newer shard map meanwhile
     * @param charged whether it counts against the retry budget
     */
    record Again(Where where, long delayMillis, boolean refreshMap, boolean charged) implements RetryDecision {}

    /** The session is gone and the write was in no session yet: open a new one and send it there. */
    enum Reopen implements RetryDecision {
        INSTANCE
    }

    /** The write is in doubt and repeating it will not help: ask the shard what became of it. */
    enum Resolve implements RetryDecision {
        INSTANCE
    }

    /**
     * Tell the caller that it failed.
     *
     * @param code with this code; of the family OUTCOME_UNKNOWN exactly if the write is in doubt
     */
    record GiveUp(ErrorCode code) implements RetryDecision {}

    /** To which server a request is sent again. */
    enum Where {
        /** The one the router believes to be right now, which may be the one just named. */
        BELIEVED,
        /** The same as before. */
        SAME,
        /** Another replica than before. */
        OTHER
    }
}
