package io.ringkv.server.engine;

import io.ringkv.server.shard.DataRecord;
import io.ringkv.server.shard.InternalKey;
import io.ringkv.server.shard.ShardMeta;
import io.ringkv.server.storage.ShardStore.StoreCursor;
import io.ringkv.server.storage.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads of the visible state. A read that meets damage fails the replica: what lies next to it cannot be trusted. */
final class StateReader implements ShardReader {

    private static final byte[] NO_VALUE = new byte[0];

    private final VisibleState visible;
    private final Consumer<Throwable> onDamage;

    /** @param onDamage told of errors of the store; called outside of all locks */
    StateReader(VisibleState visible, Consumer<Throwable> onDamage) {
        this.visible = visible;
        this.onDamage = onDamage;
    }

    @Override
    public @Nullable StoredRecord get(byte[] key) {
        byte[] internalKey = InternalKey.data(key);
        return guarded(() -> visible.<@Nullable StoredRecord>readOne(view -> stored(key, view.record(internalKey))));
    }

    @Override
    public @Nullable List<@Nullable StoredRecord> multiGet(List<byte[]> keys, long byteLimit) {
        return guarded(() -> visible.<@Nullable List<@Nullable StoredRecord>>readConsistently(
                view -> getAll(view, keys, byteLimit)));
    }

    private static @Nullable List<@Nullable StoredRecord> getAll(StateView view, List<byte[]> keys, long byteLimit) {
        List<@Nullable StoredRecord> records = new ArrayList<>(keys.size());
        long bytes = 0;
        int found = 0;
        for (byte[] key : keys) {
            StoredRecord record = stored(key, view.record(InternalKey.data(key)));
            records.add(record);
            if (record != null) {
                found++;
                bytes += key.length + record.value().length;
                if (found > 1 && bytes > byteLimit) {
                    return null;
                }
            }
        }
        return records;
    }

    private static @Nullable StoredRecord stored(byte[] key, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        DataRecord record = DataRecord.parse(bytes);
        return new StoredRecord(key, record.value(), record.createRevision(), record.modRevision(), record.version());
    }

    @Override
    public ScanPage scan(ScanRange range) {
        return guarded(() -> visible.readConsistently(view -> scan(view, range)));
    }

    private static ScanPage scan(StateView view, ScanRange range) {
        byte[] end = range.end() == null ? InternalKey.dataEnd() : InternalKey.data(range.end());
        StoreCursor cursor = MergedCursor.over(view, InternalKey.data(range.start()));
        List<StoredRecord> records = new ArrayList<>();
        long bytes = 0;
        byte[] next = null;
        while (cursor.next()) {
            byte[] internalKey = cursor.key();
            if (Arrays.compareUnsigned(internalKey, end) >= 0) {
                break;
            }
            byte[] key = InternalKey.userKey(internalKey);
            if (!records.isEmpty() && (records.size() >= range.limit() || bytes >= range.byteLimit())) {
                next = key;
                break;
            }
            DataRecord record = DataRecord.parse(cursor.record());
            byte[] value = range.keysOnly() ? NO_VALUE : record.value();
            records.add(new StoredRecord(key, value, record.createRevision(), record.modRevision(), record.version()));
            bytes += key.length + value.length;
        }
        ShardMeta meta = view.meta();
        return new ScanPage(records, next, meta == null ? 0 : meta.revision());
    }

    @Override
    public @Nullable ShardMeta meta() {
        return open().meta();
    }

    @Override
    public long appliedIndex() {
        return open().position().index();
    }

    private StateView open() {
        StateView view = visible.view();
        if (view == null) {
            throw new EngineClosedException("REPLICA_FAILED: The replica is closed, paused or has failed.");
        }
        return view;
    }

    /** Turns an error of the store into the failure of the replica. MapDB reports damage by exceptions and errors alike. */
    private <T extends @Nullable Object> T guarded(Supplier<T> read) {
        try {
            return read.get();
        } catch (EngineClosedException e) {
            throw e;
        } catch (RuntimeException | AssertionError | InternalError e) {
            onDamage.accept(new StoreException("Reading the store failed: " + e.getMessage(), e));
            throw new EngineClosedException("REPLICA_FAILED: Reading the store failed: " + e.getMessage());
        }
    }
}
