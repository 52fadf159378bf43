package io.ringkv.cli.transfer;

import io.ringkv.client.Bytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Count and digest of a set of keys and values, independent of their order.
 *
 * <p>The digest is the sum, modulo 2^128, of the first 16 bytes of SHA-256 over (length of the key as 4 bytes, key,
 * value) of each record. Two sets with the same digest are the same, but for a chance of about 2^-128 by accident; it is
 * no protection against somebody who builds a collision on purpose. Used by one thread.
 */
final class DataDigest {
    private final MessageDigest sha256;
    private long high;
    private long low;
    private long count;

    DataDigest() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    void add(TransferRecord record) {
        Bytes key = record.key();
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.size()).flip());
        sha256.update(key.asByteBuffer());
        sha256.update(record.value().asByteBuffer());
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
        long addHigh = hash.getLong();
        long addLow = hash.getLong();
        low += addLow;
        boolean carry = Long.compareUnsigned(low, addLow) < 0;
        high += addHigh + (carry ? 1 : 0);
        count++;
    }

    long count() {
        return count;
    }

    /** 32 hexadecimal digits. */
    String hex() {
        return String.format("%016x%016x", high, low);
    }
}
