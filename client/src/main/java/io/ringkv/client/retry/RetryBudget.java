package io.ringkv.client.retry;

/**
 * How many retries a client may add to the load of servers that are in trouble already: a store of them, which successes
 * fill up by a tenth of a retry each, and time by a little. A request that finds it empty slows down.
 *
 * <p>Used by one thread.
 */
public final class RetryBudget {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double CLIENT_CAPACITY = 5_000;
    private static final double CLIENT_PER_SUCCESS = 0.1;
    private static final double CLIENT_PER_SECOND = 100;

    private final double capacity;
    private final double perSuccess;
    private final double perSecond;
    private double left;
    private long filledAtNanos;

    /**
     * A full store.
     *
     * @param capacity most retries it holds, 1 or more
     * @param perSuccess retries that a success adds, 0 to 1
     * @param perSecond retries that a second adds, so that it never stays empty
     */
    public RetryBudget(double capacity, double perSuccess, double perSecond, long nowNanos) {
        if (capacity < 1 || perSuccess < 0 || perSuccess > 1 || perSecond < 0) {
            throw new IllegalArgumentException("retry budget: capacity " + capacity + ", per success " + perSuccess
                    + ", per second " + perSecond + " (expected: >= 1, 0 to 1, >= 0)");
        }
        this.capacity = capacity;
        this.perSuccess = perSuccess;
        this.perSecond = perSecond;
        this.left = capacity;
        this.filledAtNanos = nowNanos;
    }

    /** The full store of one client: a tenth of the successes, and some for the time after a failure of everything. */
    public static RetryBudget ofClient(long nowNanos) {
        return new RetryBudget(CLIENT_CAPACITY, CLIENT_PER_SUCCESS, CLIENT_PER_SECOND, nowNanos);
    }

    /** A request succeeded. */
    public void succeeded() {
        left = Math.min(capacity, left + perSuccess);
    }

    /** Whether a retry may be made now. */
    public boolean allows(long nowNanos) {
        fill(nowNanos);
        return left >= 1;
    }

    /** A retry is made, allowed or not. */
    public void spend(long nowNanos) {
        fill(nowNanos);
        left = Math.max(0, left - 1);
    }

    private void fill(long nowNanos) {
        long elapsedNanos = Math.max(0, nowNanos - filledAtNanos);
        left = Math.min(capacity, left + perSecond * elapsedNanos / NANOS_PER_SECOND);
        filledAtNanos = nowNanos;
    }
}
