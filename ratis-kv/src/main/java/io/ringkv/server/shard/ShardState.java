package io.ringkv.server.shard;

import org.jspecify.annotations.Nullable;

/**
 * All replicated state of a shard but the records themselves, which stand in a store. Changed by {@link ShardApplier} and by
 * who rebuilds it; one thread.
 */
public final class ShardState {

    private final DigestSum sessionDigest = new DigestSum();
    private final SessionTable sessions = new SessionTable(sessionDigest);
    private DigestSum recordDigest = new DigestSum();
    private @Nullable ShardMeta meta;
    private long keys;
    private long dataBytes;

    /** Identity, range, epochs and counters; null before CREATE_SHARD. */
    public @Nullable ShardMeta meta() {
        return meta;
    }

    public SessionTable sessions() {
        return sessions;
    }

    /** Number of live records. */
    public long keys() {
        return keys;
    }

    /** Bytes of internal keys and records. */
    public long dataBytes() {
        return dataBytes;
    }

    /** Digest of everything: records, sessions, meta. */
    public Digest digest() {
        return digestOf(contentsDigest(), meta);
    }

    /** Digest of records and sessions. */
    public Digest contentsDigest() {
        return recordDigest.value().plus(sessionDigest.value());
    }

    /** Digest of everything, from that of the contents. */
    public static Digest digestOf(Digest contents, @Nullable ShardMeta meta) {
        DigestSum sum = new DigestSum(contents);
        if (meta != null) {
            addMeta(sum, meta);
        }
        return sum.value();
    }

    /** Counts a meta into a digest, as {@link #digest} does. */
    public static void addMeta(DigestSum sum, ShardMeta meta) {
        sum.add(new byte[] {InternalKey.META}, ShardMetaCodec.encode(meta));
    }

    /** Digest of the records alone. */
    public Digest recordDigest() {
        return recordDigest.value();
    }

    /** Sets what is known of the records of a store that was closed in good order. */
    public void restoreRecords(Digest digest, long newKeys, long newDataBytes) {
        recordDigest = new DigestSum(digest);
        keys = newKeys;
        dataBytes = newDataBytes;
    }

    /** Sets the meta as loaded or changed. */
    public void setMeta(ShardMeta newMeta) {
        meta = newMeta;
    }

    /**
     * Counts a record that is now in the store.
     *
     * @param old the record it replaces, or null
     * @param record the new record, or null when the key is now gone
     */
    public void countRecord(byte[] key, byte @Nullable [] old, byte @Nullable [] record) {
        if (old != null) {
            recordDigest.remove(key, old);
            keys--;
            dataBytes -= key.length + old.length;
        }
        if (record != null) {
            recordDigest.add(key, record);
            keys++;
            dataBytes += key.length + record.length;
        }
    }
}
