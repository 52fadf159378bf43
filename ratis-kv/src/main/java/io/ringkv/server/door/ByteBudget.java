package io.ringkv.server.door;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of memory that all clients of a server share, for requests that are not answered yet. Thread-safe. */
final class ByteBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit most bytes, 1 or more */
    ByteBudget(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("byte budget: " + limit + " (expected: >= 1)");
        }
        this.limit = limit;
    }

    /** Takes bytes if there are as many left. */
    boolean tryTake(long bytes) {
        long now = used.addAndGet(bytes);
        if (now > limit) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Gives back what was taken. */
    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }

    /** How full it is, 0 to 100. */
    int percentUsed() {
        return (int) Math.min(100, used.get() * 100 / limit);
    }
}
