package io.ringkv.server.engine;

import io.ringkv.server.shard.ShardMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one replica's applied state. Says nothing about how fresh that state is: linearizable reads pass the
 * barrier first.
 *
 * <p>Threading: any number of threads, at the same time as apply. Invariant: a read sees every entry as a whole or not
 * at all, and two reads, one after the other, never go back in time. One call (a page, a multi-get) is one state.
 *
 * <p>All methods throw {@link EngineClosedException} when the replica has been closed or has failed.
 */
public interface ShardReader {
    /** Record of a key (user key, default keyspace), or null when there is none. */
    @Nullable
    StoredRecord get(byte[] key);

    /**
     * Records of several keys in the order asked for, null where there is none, from one state.
     *
     * @param byteLimit most bytes of keys and values together: a thousand keys could name a gigabyte
     * @return null when the records found are more than one and take more bytes
     */
    @Nullable
    List<@Nullable StoredRecord> multiGet(List<byte[]> keys, long byteLimit);

    /** One page in unsigned byte order of the keys. */
    ScanPage scan(ScanRange range);

    /** Identity, range, epochs and counters of the shard as applied; null until the shard's first entry is applied. */
    @Nullable
    ShardMeta meta();

    /** Index of the last applied entry (of any kind), published after the entry is visible to reads. */
    long appliedIndex();
}
