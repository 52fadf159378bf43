package io.ringkv.server.replica;

import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.engine.ScanPage;
import io.ringkv.server.engine.ScanRange;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.engine.StoredRecord;
import io.ringkv.server.shard.ShardMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads of a replica that is not open: it has no state. */
final class ClosedShardReader implements ShardReader {
    static final ClosedShardReader INSTANCE = new ClosedShardReader();

    private ClosedShardReader() {}

    private static EngineClosedException closed() {
        return new EngineClosedException("The replica is not open.");
    }

    @Override
    public @Nullable StoredRecord get(byte[] key) {
        throw closed();
    }

    @Override
    public @Nullable List<@Nullable StoredRecord> multiGet(List<byte[]> keys, long byteLimit) {
        throw closed();
    }

    @Override
    public ScanPage scan(ScanRange range) {
        throw closed();
    }

    @Override
    public @Nullable ShardMeta meta() {
        return null;
    }

    @Override
    public long appliedIndex() {
        return -1;
    }
}
