package io.ringkv.server.fake;

import io.ringkv.server.disk.DiskSpace;

/** A disk of 1000 bytes that is as full as a test says; empty at first. */
public final class FakeDisk implements DiskSpace {
    private static final long TOTAL = 1_000;

    private volatile long used;

    /** Sets how full it is. */
    public void use(int percent) {
        used = TOTAL / 100 * percent;
    }

    @Override
    public long freeBytes() {
        return TOTAL - used;
    }

    @Override
    public long totalBytes() {
        return TOTAL;
    }
}
