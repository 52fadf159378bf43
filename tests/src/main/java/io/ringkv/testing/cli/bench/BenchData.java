package io.ringkv.testing.cli.bench;

import io.ringkv.client.Bytes;
import java.nio.ByteBuffer;

/**
 * Keys and values of a bench run: always the same for the same numbers. Immutable.
 *
 * @param keys how many different keys
 * @param keyBytes length of each key, 16 or more
 * @param valueBytes length of each value
 */
public record BenchData(int keys, int keyBytes, int valueBytes) {
    private static final String PREFIX = "bench/";
    private static final int SHORTEST_KEY = 16;

    /** Checks the lengths. */
    public BenchData {
        if (keys < 1 || keyBytes < SHORTEST_KEY || valueBytes < 0) {
            throw new IllegalArgumentException("bench data: " + keys + " keys of " + keyBytes + " bytes with values of "
                    + valueBytes + " (expected: 1 key or more, keys of " + SHORTEST_KEY + " bytes or more)");
        }
    }

    /** The key that a random number selects. */
    Bytes key(long random) {
        return keyNumber(Long.remainderUnsigned(random, keys));
    }

    /** The key with this number, from 0. */
    Bytes keyNumber(long number) {
        String digits = Long.toString(number);
        return Bytes.utf8(PREFIX + "0".repeat(keyBytes - PREFIX.length() - digits.length()) + digits);
    }

    /** Some value; different random numbers give different ones, as far as the length allows. */
    Bytes value(long random) {
        byte[] value = new byte[valueBytes];
        byte[] word = ByteBuffer.allocate(Long.BYTES).putLong(random).array();
        for (int i = 0; i < valueBytes; i++) {
            value[i] = (byte) ('a' + Math.floorMod(word[i % Long.BYTES] + i, 26));
        }
        return Bytes.wrap(value);
    }
}
