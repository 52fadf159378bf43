package io.ringkv.server.storage.mapdb;

/**
 * How the files of stores grow.
 *
 * @param growthBytes a file grows by so much at a time, and is mapped in pieces of this size; a power of two, 1 MiB or more.
 *     Too small: many mappings (the kernel allows about 65 000 per process). Too big: empty shards take that much disk.
 * @param reserveBytes free space that growth of stores leaves on the disk, so that the Raft log can go on
 */
public record MapDbOptions(int growthBytes, long reserveBytes) {

    /** Pieces of 4 MiB; 64 MiB stay free. */
    public static final MapDbOptions DEFAULTS = new MapDbOptions(4 << 20, 64L << 20);

    private static final int MIN_GROWTH_BYTES = 1 << 20;

    /** Checks the bounds. */
    public MapDbOptions {
        if (growthBytes < MIN_GROWTH_BYTES || Integer.bitCount(growthBytes) != 1) {
            throw new IllegalArgumentException(
                    "growthBytes: " + growthBytes + " (expected: a power of two, at least " + MIN_GROWTH_BYTES + ")");
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserveBytes: " + reserveBytes + " (expected: 0 or more)");
        }
    }
}
