package io.ringkv.client.connection;

/**
 * How long the other side has been silent, in time during which this side was awake: a process that was stopped or paused
 * must not take its own sleep for the silence of others. Used by one thread.
 */
public final class Silence {

    private final long tickNanosMax;
    private long silentNanos;
    private long countedAtNanos;

    /** @param tickNanos expected time between two calls of {@link #count} */
    public Silence(long tickNanos, long nowNanos) {
        this.tickNanosMax = 2 * tickNanos;
        this.countedAtNanos = nowNanos;
    }

    /** Something was heard. */
    public void heard() {
        silentNanos = 0;
    }

    /** Adds the time since the last call, but at most two ticks, and returns the sum since something was heard. */
    public long count(long nowNanos) {
        silentNanos += Math.min(Math.max(0, nowNanos - countedAtNanos), tickNanosMax);
        countedAtNanos = nowNanos;
        return silentNanos;
    }
}
