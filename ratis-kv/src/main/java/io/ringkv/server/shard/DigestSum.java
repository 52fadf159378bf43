package io.ringkv.server.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Keeps a {@link Digest} while things are added and removed: what was added and removed again leaves no trace.
 *
 * <p>A thing is a key with its record; its hash is MurmurHash3 (x64, 128 bits) of the record, seeded by the same hash of the
 * key. Both lengths enter the hash, so bytes cannot move from key to record unnoticed. This finds damage and divergence; it
 * is no defence against somebody who constructs collisions.
 *
 * <p>The digest stands in snapshots: it never changes. One thread.
 */
public final class DigestSum {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;
    private static final int BLOCK_BYTES = 16;

    private long high;
    private long low;

    // Hash of the thing at hand: two lanes.
    private long lane1;
    private long lane2;

    /** Starts from nothing. */
    public DigestSum() {
        this(Digest.ZERO);
    }

    /** Goes on from a digest. */
    public DigestSum(Digest start) {
        high = start.high();
        low = start.low();
    }

    /** The sum now. */
    public Digest value() {
        return new Digest(high, low);
    }

    /** Adds a key with its record. */
    public void add(byte[] key, byte[] record) {
        hash(key, record);
        addLanes();
    }

    /** Takes away a key with its record. */
    public void remove(byte[] key, byte[] record) {
        hash(key, record);
        removeLanes();
    }

    /** Adds a thing made of numbers only. */
    public void add(byte kind, long a, long b, long c, long d, long e, long f) {
        hash(kind, a, b, c, d, e, f);
        addLanes();
    }

    /** Takes away a thing made of numbers only. */
    public void remove(byte kind, long a, long b, long c, long d, long e, long f) {
        hash(kind, a, b, c, d, e, f);
        removeLanes();
    }

    private void addLanes() {
        long sum = low + lane2;
        high += lane1 + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
        low = sum;
    }

    private void removeLanes() {
        high -= lane1 + (Long.compareUnsigned(low, lane2) < 0 ? 1 : 0);
        low -= lane2;
    }

    private void hash(byte kind, long a, long b, long c, long d, long e, long f) {
        lane1 = kind;
        lane2 = kind;
        mix(a, b);
        mix(c, d);
        mix(e, f);
        finish(6 * Long.BYTES);
    }

    private void hash(byte[] key, byte[] record) {
        lane1 = 0;
        lane2 = 0;
        mixAll(key);
        mixAll(record);
    }

    /** One run of MurmurHash3 over an array, the lanes as seed and result. */
    private void mixAll(byte[] bytes) {
        int whole = bytes.length & -BLOCK_BYTES;
        for (int at = 0; at < whole; at += BLOCK_BYTES) {
            mix((long) LONG.get(bytes, at), (long) LONG.get(bytes, at + Long.BYTES));
        }
        long tail1 = 0;
        long tail2 = 0;
        for (int at = bytes.length - 1; at >= whole; at--) {
            int shift = at - whole;
            if (shift >= Long.BYTES) {
                tail2 |= (bytes[at] & 0xffL) << (8 * (shift - Long.BYTES));
            } else {
                tail1 |= (bytes[at] & 0xffL) << (8 * shift);
            }
        }
        lane2 ^= Long.rotateLeft(tail2 * C2, 33) * C1;
        lane1 ^= Long.rotateLeft(tail1 * C1, 31) * C2;
        finish(bytes.length);
    }

    private void mix(long word1, long word2) {
        lane1 ^= Long.rotateLeft(word1 * C1, 31) * C2;
        lane1 = (Long.rotateLeft(lane1, 27) + lane2) * 5 + 0x52dce729;
        lane2 ^= Long.rotateLeft(word2 * C2, 33) * C1;
        lane2 = (Long.rotateLeft(lane2, 31) + lane1) * 5 + 0x38495ab5;
    }

    private void finish(int length) {
        lane1 ^= length;
        lane2 ^= length;
        lane1 += lane2;
        lane2 += lane1;
        lane1 = avalanche(lane1);
        lane2 = avalanche(lane2);
        lane1 += lane2;
        lane2 += lane1;
    }

    private static long avalanche(long start) {
        long hash = start;
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        hash *= 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
