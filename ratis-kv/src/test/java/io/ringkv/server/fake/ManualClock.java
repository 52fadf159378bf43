package io.ringkv.server.fake;

import io.ringkv.common.time.NanoClock;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when the test says so. Starts near the overflow, where careless comparisons fail. */
public final class ManualClock implements NanoClock {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

    @Override
    public long nanos() {
        return nanos.get();
    }

    public void advanceNanos(long step) {
        nanos.addAndGet(step);
    }

    public void advanceMillis(long step) {
        advanceNanos(step * 1_000_000);
    }
}
