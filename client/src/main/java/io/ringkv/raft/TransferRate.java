package io.ringkv.raft;

import io.ringkv.common.time.NanoClock;
import java.util.concurrent.TimeUnit;

/**
 * Spaces out what this process sends, so that all of it together stays below so many bytes per second. Those who send wait
 * one after the other, each for its own bytes; whoever sends nothing saves nothing up.
 *
 * <p>Nobody ever waits longer than a bound: a member that hears nothing for an election timeout would stand for election. So
 * with very many transfers at a time the rate is exceeded rather than that.
 *
 * <p>Thread-safe.
 */
final class TransferRate {
    private final NanoClock clock;
    private final long bytesPerSecond;
    private final long longestWaitNanos;
    private boolean used;
    private long sentBytes;
    private long freeAtNanos;

    /**
     * Begins idle.
     *
     * @param longestWaitMillis longest wait before anything is sent
     */
    TransferRate(NanoClock clock, long bytesPerSecond, long longestWaitMillis) {
        if (bytesPerSecond < 1 || longestWaitMillis < 0) {
            throw new IllegalArgumentException("transfer rate: " + bytesPerSecond + " bytes per second, waits of up to "
                    + longestWaitMillis + " ms (expected: 1 or more, 0 or more)");
        }
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.longestWaitNanos = TimeUnit.MILLISECONDS.toNanos(longestWaitMillis);
    }

    /** Books the sending of so many bytes; returns how long to wait before it. */
    synchronized long reserve(long bytes) {
        long now = clock.nanos();
        long wait = used ? Math.max(0, Math.min(freeAtNanos - now, longestWaitNanos)) : 0;
        used = true;
        sentBytes += bytes;
        freeAtNanos = now + wait + Math.round(bytes * (1e9 / bytesPerSecond));
        return wait;
    }

    /** All bytes that were sent so far. */
    synchronized long sentBytes() {
        return sentBytes;
    }

    /** Waits until so many bytes may be sent. */
    void acquire(long bytes) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(reserve(bytes));
    }
}
