package io.ringkv.server.batch;

import io.ringkv.common.limit.Limits;

/**
 * Bounds of one shard's batcher.
 *
 * @param entryOperationsMax most operations in one entry
 * @param entryBytesMax an entry is closed before it grows beyond this; an operation that alone is larger travels alone
 * @param lingerNanos longest time an operation waits for others while no entry is in flight; 0 = never
 * @param queueOperationsMax most operations that may wait for the shard; more are refused with SHARD_QUEUE_FULL
 * @param queueBytesMax most bytes that may wait for the shard, unless one operation alone is larger
 * @param clientBytesMax the same for one client, so that one hung shard cannot hold all of a stream's credit
 */
public record BatchLimits(
        int entryOperationsMax,
        int entryBytesMax,
        long lingerNanos,
        int queueOperationsMax,
        long queueBytesMax,
        long clientBytesMax) {

    public BatchLimits {
        require("entryOperationsMax", entryOperationsMax, 1, Limits.MAX_ENTRY_OPERATIONS);
        require("entryBytesMax", entryBytesMax, 1, Limits.MAX_RAFT_ENTRY_BYTES);
        require("lingerNanos", lingerNanos, 0, 1_000_000_000L);
        require("queueOperationsMax", queueOperationsMax, 1, Integer.MAX_VALUE);
        require("queueBytesMax", queueBytesMax, 1, Long.MAX_VALUE);
        require("clientBytesMax", clientBytesMax, 1, Long.MAX_VALUE);
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
