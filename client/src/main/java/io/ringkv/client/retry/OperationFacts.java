package io.ringkv.client.retry;

/**
 * What is known of a request when an attempt ends.
 *
 * @param write whether it changes anything, and so has a session and a sequence
 * @param doubtful whether an earlier attempt may have had, or may still have, an effect
 * @param resolving whether the attempt was to find out what became of the earlier ones
 * @param attempts attempts made so far, this one included
 * @param redirects how often in a row, before this attempt, a server named another
 * @param untriedReplicas replicas not tried yet, 0 after a pause
 * @param remainingMillis time left until the caller must be answered, or, for a write that may become doubtful, until
 *     resolving must begin; never negative
 * @param budgetLeft whether the retry budget allows one more retry
 * @param hopeless whether the request needs a leader and the shard can have none: too few of its voters are up, as far as
 *     the shard map or the voters themselves tell
 */
public record OperationFacts(
        boolean write,
        boolean doubtful,
        boolean resolving,
        int attempts,
        int redirects,
        int untriedReplicas,
        long remainingMillis,
        boolean budgetLeft,
        boolean hopeless) {

    /** @throws IllegalArgumentException if a number is negative or a read is doubtful */
    public OperationFacts {
        if (attempts < 0 || redirects < 0 || untriedReplicas < 0 || remainingMillis < 0) {
            throw new IllegalArgumentException("negative number in: attempts " + attempts + ", redirects " + redirects
                    + ", untriedReplicas " + untriedReplicas + ", remainingMillis " + remainingMillis);
        }
        if (!write && (doubtful || resolving)) {
            throw new IllegalArgumentException("a read leaves nothing in doubt");
        }
    }
}
