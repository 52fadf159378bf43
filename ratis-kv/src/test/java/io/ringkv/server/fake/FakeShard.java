package io.ringkv.server.fake;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.PutOp;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.engine.ScanPage;
import io.ringkv.server.engine.ScanRange;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.engine.StoredRecord;
import io.ringkv.server.log.LogEntry;
import io.ringkv.server.log.OperationCursor;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.OperationOutcome;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardMeta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of one shard in a sorted map: knows PUT and DELETE, answers everything else with OK, and never refuses. Enough
 * to tell whether the door brings the right operations in the right order. Thread-safe.
 */
public final class FakeShard implements ShardReader {
    private record Waiter(long index, Runnable action, Runnable closed) {}

    private final TreeMap<byte[], StoredRecord> records = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Waiter> waiters = new ArrayList<>();
    private final List<Long> sequences = new ArrayList<>();
    private @Nullable ShardMeta meta;
    private long appliedIndex;
    private int gets;
    private boolean closed;

    FakeShard(ShardMeta meta) {
        this.meta = meta;
    }

    /** Applies an entry of the log. */
    public EntryOutcome apply(byte[] bytes) {
        List<Runnable> due = new ArrayList<>();
        EntryOutcome outcome;
        synchronized (this) {
            appliedIndex++;
            List<OperationOutcome> outcomes = new ArrayList<>();
            OperationCursor operations = parse(bytes).operations();
            while (operations.next()) {
                sequences.add(operations.sequence());
                outcomes.add(apply(operations));
            }
            outcome = new EntryOutcome(new Position(1, appliedIndex), outcomes);
            waiters.removeIf(waiter -> waiter.index() <= appliedIndex && due.add(waiter.action()));
        }
        due.forEach(Runnable::run);
        return outcome;
    }

    private static LogEntry parse(byte[] bytes) {
        try {
            return LogEntry.parse(bytes);
        } catch (Exception e) {
            throw new AssertionError("The batcher wrote an entry that cannot be read.", e);
        }
    }

    private OperationOutcome apply(OperationCursor operation) {
        try {
            ByteBuffer body = ByteBuffer.wrap(operation.array(), operation.bodyOffset(), operation.bodyLength());
            long revision = meta == null ? 0 : meta.revision() + 1;
            switch (operation.type()) {
                case PUT -> {
                    PutOp put = PutOp.parseFrom(body);
                    byte[] key = put.getKey().toByteArray();
                    put(key, put.getValue().toByteArray(), revision);
                }
                case DELETE -> records.remove(DeleteOp.parseFrom(body).getKey().toByteArray());
                default -> {}
            }
            setRevision(revision);
            return new OperationOutcome(ErrorCode.OK, revision, 1, 0, null, operation.session(), false);
        } catch (Exception e) {
            throw new AssertionError("The door let a malformed body into the log.", e);
        }
    }

    private void put(byte[] key, byte[] value, long revision) {
        StoredRecord old = records.get(key);
        long created = old == null ? revision : old.createRevision();
        long version = old == null ? 1 : old.version() + 1;
        records.put(key, new StoredRecord(key, value, created, revision, version));
    }

    /** Writes a record past the log. */
    public synchronized void store(byte[] key, byte[] value) {
        put(key, value, meta == null ? 0 : meta.revision());
    }

    /** Sequences of all operations in the order in which they were applied. */
    public synchronized List<Long> appliedSequences() {
        return List.copyOf(sequences);
    }

    public synchronized void setMeta(@Nullable ShardMeta value) {
        meta = value;
    }

    /** Moves the revision, as entries of other servers' clients would. */
    public synchronized void setRevision(long revision) {
        ShardMeta old = meta;
        if (old != null) {
            meta = new ShardMeta(
                    old.shard(),
                    old.lineage(),
                    old.incarnation(),
                    old.range(),
                    old.rangeEpoch(),
                    old.replicaEpoch(),
                    old.currentOperation(),
                    revision,
                    old.shardTimeMillis(),
                    old.level(),
                    old.frozen(),
                    old.lowestRetainedRevision());
        }
    }

    /** Applies an entry of others, which brings the shard to this revision. */
    public void applyForeign(long revision) {
        List<Runnable> due = new ArrayList<>();
        synchronized (this) {
            appliedIndex++;
            setRevision(revision);
            waiters.removeIf(waiter -> waiter.index() <= appliedIndex && due.add(waiter.action()));
        }
        due.forEach(Runnable::run);
    }

    public void close() {
        List<Runnable> due = new ArrayList<>();
        synchronized (this) {
            closed = true;
            waiters.forEach(waiter -> due.add(waiter.closed()));
            waiters.clear();
        }
        due.forEach(Runnable::run);
    }

    void whenApplied(long index, Runnable action, Runnable whenClosed) {
        boolean now;
        synchronized (this) {
            now = closed || appliedIndex >= index;
            if (!now) {
                waiters.add(new Waiter(index, action, whenClosed));
            }
        }
        if (now) {
            (isClosed() ? whenClosed : action).run();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Number of callbacks that wait for an index. */
    public synchronized int waiting() {
        return waiters.size();
    }

    private void checkOpen() {
        if (closed) {
            throw new EngineClosedException("closed by the test");
        }
    }

    @Override
    public synchronized @Nullable StoredRecord get(byte[] key) {
        checkOpen();
        gets++;
        return records.get(key);
    }

    /** How often {@link #get} was called. */
    public synchronized int gets() {
        return gets;
    }

    @Override
    public synchronized @Nullable List<@Nullable StoredRecord> multiGet(List<byte[]> keys, long byteLimit) {
        checkOpen();
        List<@Nullable StoredRecord> found = new ArrayList<>();
        long bytes = 0;
        int count = 0;
        for (byte[] key : keys) {
            StoredRecord each = records.get(key);
            found.add(each);
            if (each != null) {
                bytes += each.key().length + each.value().length;
                count++;
            }
        }
        return count > 1 && bytes > byteLimit ? null : found;
    }

    @Override
    @SuppressWarnings("NullAway") // Annotations of array components are not read from class files.
    public synchronized ScanPage scan(ScanRange range) {
        checkOpen();
        List<StoredRecord> page = new ArrayList<>();
        byte[] next = null;
        for (StoredRecord each : records.tailMap(range.start(), true).values()) {
            byte[] end = range.end();
            if (end != null && Arrays.compareUnsigned(each.key(), end) >= 0) {
                break;
            }
            if (page.size() == range.limit()) {
                next = each.key();
                break;
            }
            page.add(each);
        }
        return new ScanPage(page, next, meta == null ? 0 : meta.revision());
    }

    @Override
    public synchronized @Nullable ShardMeta meta() {
        checkOpen();
        return meta;
    }

    @Override
    public synchronized long appliedIndex() {
        checkOpen();
        return appliedIndex;
    }
}
