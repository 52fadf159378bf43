package io.ringkv.server.engine;

/**
 * Limits of a replica's engine.
 *
 * @param overlayMaxBytes most heap that writes during a snapshot may take. When they reach it, applying waits until the
 *     snapshot is written rather than fill the memory. Too small: stalls under load. Too big: that much heap, for one
 *     replica at a time
 * @param drainRecords most records moved from the overlay into the store at a time, which is how much an apply may be delayed
 *     by it. Too small: draining lasts long. Too big: applies stall
 * @param closeTimeoutMillis longest wait for readers and a running snapshot when closing; after it the store is left to be
 *     rebuilt
 */
public record EngineSettings(long overlayMaxBytes, int drainRecords, long closeTimeoutMillis) {

    /** 64 MiB; 256 records, about 1 ms; 10 s. */
    public static final EngineSettings DEFAULTS = new EngineSettings(64L << 20, 256, 10_000);

    /** Checks the bounds. */
    public EngineSettings {
        if (overlayMaxBytes < 1) {
            throw new IllegalArgumentException("overlayMaxBytes: " + overlayMaxBytes + " (expected: 1 or more)");
        }
        if (drainRecords < 1) {
            throw new IllegalArgumentException("drainRecords: " + drainRecords + " (expected: 1 or more)");
        }
        if (closeTimeoutMillis < 0) {
            throw new IllegalArgumentException("closeTimeoutMillis: " + closeTimeoutMillis + " (expected: 0 or more)");
        }
    }
}
