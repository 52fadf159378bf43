package io.ringkv.client;

import java.util.concurrent.CompletableFuture;

/**
 * A scan under way, over all shards, in the order of keys. Holds a bounded number of entries in memory: at most two pages
 * per shard.
 *
 * <p>A key that exists throughout the scan is returned exactly once; one that is created or deleted meanwhile may or may
 * not be. The scan is not one snapshot of the cluster, nor of a shard: only the page of a shard is.
 *
 * <p>Safe for use by any thread, one call of {@link #nextPage} at a time.
 */
public interface ScanCursor extends AutoCloseable {

    /**
     * The next page. Fails with a {@link io.ringkv.common.error.RingKvException}; the scan has then ended, and a new one
     * may go on from the successor of the last key that was returned.
     *
     * @throws IllegalStateException if the page asked for before has not come yet
     */
    CompletableFuture<ScanPage> nextPage();

    /** Ends the scan early and frees what it holds. Not needed after the last page or a failure, and then does nothing. */
    @Override
    void close();
}
