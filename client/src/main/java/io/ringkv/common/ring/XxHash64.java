package io.ringkv.common.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * XXH64, the 64-bit member of the xxHash family, after its
 * <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">specification</a>: little-endian whatever the
 * machine.
 */
final class XxHash64 {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;

    private static final int STRIPE_BYTES = 32;

    private XxHash64() {}

    /**
     * Hashes {@code length} bytes from {@code offset}.
     *
     * @throws IndexOutOfBoundsException if the range is not inside the array
     */
    static long hash(byte[] bytes, int offset, int length, long seed) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int end = offset + length;
        int position = offset;
        long hash;
        if (length >= STRIPE_BYTES) {
            long lane1 = seed + PRIME_1 + PRIME_2;
            long lane2 = seed + PRIME_2;
            long lane3 = seed;
            long lane4 = seed - PRIME_1;
            for (; position <= end - STRIPE_BYTES; position += STRIPE_BYTES) {
                lane1 = round(lane1, (long) LONG.get(bytes, position));
                lane2 = round(lane2, (long) LONG.get(bytes, position + 8));
                lane3 = round(lane3, (long) LONG.get(bytes, position + 16));
                lane4 = round(lane4, (long) LONG.get(bytes, position + 24));
            }
            hash = Long.rotateLeft(lane1, 1)
                    + Long.rotateLeft(lane2, 7)
                    + Long.rotateLeft(lane3, 12)
                    + Long.rotateLeft(lane4, 18);
            hash = mergeLane(hash, lane1);
            hash = mergeLane(hash, lane2);
            hash = mergeLane(hash, lane3);
            hash = mergeLane(hash, lane4);
        } else {
            hash = seed + PRIME_5;
        }
        return avalanche(mixTail(hash + length, bytes, position, end));
    }

    /** Mixes in the at most 31 bytes that do not fill a stripe. */
    private static long mixTail(long start, byte[] bytes, int from, int end) {
        long hash = start;
        int position = from;
        for (; position <= end - Long.BYTES; position += Long.BYTES) {
            hash ^= round(0, (long) LONG.get(bytes, position));
            hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
        }
        if (position <= end - Integer.BYTES) {
            hash ^= Integer.toUnsignedLong((int) INT.get(bytes, position)) * PRIME_1;
            hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
            position += Integer.BYTES;
        }
        for (; position < end; position++) {
            hash ^= Byte.toUnsignedLong(bytes[position]) * PRIME_5;
            hash = Long.rotateLeft(hash, 11) * PRIME_1;
        }
        return hash;
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
    }

    private static long mergeLane(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }

    private static long avalanche(long start) {
        long hash = start;
        hash ^= hash >>> 33;
        hash *= PRIME_2;
        hash ^= hash >>> 29;
        hash *= PRIME_3;
        return hash ^ (hash >>> 32);
    }
}
