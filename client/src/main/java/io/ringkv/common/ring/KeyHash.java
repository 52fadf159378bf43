package io.ringkv.common.ring;

import java.util.Objects;

/**
 * Maps a key to its token: XXH64 with seed 0 of the key's bytes, or of its hash tag if it has one.
 *
 * <p>The hash tag is what stands between the first <code>{</code> and the next <code>}</code>, if that is not empty (the
 * rule of Redis Cluster). Keys with equal tags share a token and therefore always a shard, which is what a batch over
 * several keys needs. A key with a single hot tag cannot be spread: choose tags with many values.
 *
 * <p>This function decides where stored data is found. It never changes; test vectors pin it.
 */
public final class KeyHash {

    private static final long SEED = 0;

    private KeyHash() {}

    /** Token of a whole array as key. */
    public static Token token(byte[] key) {
        return token(key, 0, key.length);
    }

    /**
     * Token of the key that is {@code length} bytes from {@code offset}.
     *
     * @throws IndexOutOfBoundsException if the range is not inside the array
     */
    public static Token token(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int end = offset + length;
        int open = indexOf(bytes, '{', offset, end);
        if (open >= 0) {
            int close = indexOf(bytes, '}', open + 1, end);
            if (close > open + 1) {
                return hash(bytes, open + 1, close - open - 1);
            }
        }
        return hash(bytes, offset, length);
    }

    private static Token hash(byte[] bytes, int offset, int length) {
        return new Token(XxHash64.hash(bytes, offset, length, SEED));
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
