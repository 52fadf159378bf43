package io.ringkv.server.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.BatchOp;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.CreateShardOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.ExpireOp;
import io.ringkv.rpc.FenceOp;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.OpenOp;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.ResolveOp;
import io.ringkv.rpc.SetLevelOp;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogEntry;
import io.ringkv.server.log.LogOperationType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/** A shard over a plain sorted map: add operations, then apply them as one entry. */
public final class ShardFixture {

    /** Lineage of every shard of this fixture. */
    public static final GroupId LINEAGE = new GroupId(new UUID(0x0123456789abcdefL, 0x0123456789abcdefL));

    /** Number of the shard. */
    public static final ShardId SHARD = new ShardId(3);

    private final ShardState state = new ShardState();
    private final NavigableMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);
    private final ShardApplier applier;
    private final EntryEncoder encoder = new EntryEncoder();
    private long shardTimeMillis;
    private int incarnation = 1;
    private int shard = SHARD.value();

    /** A shard before its first entry. */
    public ShardFixture() {
        this(IntentLookup.NONE);
    }

    ShardFixture(IntentLookup intents) {
        applier = new ShardApplier(state, records::get, intents);
    }

    /** A shard that has begun and is responsible for the whole ring. */
    public static ShardFixture created() {
        return created(TokenRange.fullCircle(), IntentLookup.NONE);
    }

    static ShardFixture created(TokenRange range, IntentLookup intents) {
        ShardFixture fixture = new ShardFixture(intents);
        fixture.control(LogOperationType.CREATE_SHARD, createBody(range)).apply();
        return fixture;
    }

    public static CreateShardOp createBody(TokenRange range) {
        UUID lineage = LINEAGE.value();
        return CreateShardOp.newBuilder()
                .setShard(SHARD.value())
                .setIncarnation(1)
                .setRange(io.ringkv.rpc.TokenRange.newBuilder()
                        .setStartExclusive(range.startExclusive().bits())
                        .setEndInclusive(range.endInclusive().bits()))
                .setRangeEpoch(1)
                .setReplicaEpoch(1)
                .setLevel(1)
                .setLineage(ByteString.copyFrom(
                        clientBytes(lineage.getMostSignificantBits(), lineage.getLeastSignificantBits())))
                .build();
    }

    public ShardState state() {
        return state;
    }

    ShardMeta meta() {
        ShardMeta meta = state.meta();
        if (meta == null) {
            throw new AssertionError("the shard has not begun");
        }
        return meta;
    }

    public NavigableMap<byte[], byte[]> records() {
        return records;
    }

    /** Shard time of entries to come. */
    public ShardFixture at(long millis) {
        shardTimeMillis = millis;
        return this;
    }

    /** Incarnation of entries to come. */
    ShardFixture ofIncarnation(int number) {
        incarnation = number;
        return this;
    }

    /** Shard number of entries to come. */
    ShardFixture ofShard(int number) {
        shard = number;
        return this;
    }

    public ShardFixture control(LogOperationType type, MessageLite body) {
        encoder.add(type, body.toByteArray());
        return this;
    }

    ShardFixture raw(LogOperationType type, byte[] body) {
        encoder.add(type, body, 0, body.length);
        return this;
    }

    /** Adds an operation of a session; the floor is 1. */
    public ShardFixture in(long session, long sequence, MessageLite body) {
        return in(session, sequence, 1, body);
    }

    public ShardFixture in(long session, long sequence, long floor, MessageLite body) {
        return in(session, sequence, floor, typeOf(body), body.toByteArray());
    }

    ShardFixture in(long session, long sequence, long floor, LogOperationType type, byte[] body) {
        encoder.add(type, session, sequence, floor, body, 0, body.length);
        return this;
    }

    public ShardFixture opening(long client, long sequence, MessageLite body) {
        return opening(client, sequence, 1, body);
    }

    /** Adds a write that opens its session first. */
    public ShardFixture opening(long client, long sequence, long floor, MessageLite body) {
        byte[] bytes = body.toByteArray();
        encoder.addOpening(typeOf(body), client, client, 0, sequence, floor, bytes, 0, bytes.length);
        return this;
    }

    /** Applies what was added as one entry. */
    public List<OperationOutcome> apply() {
        return apply(entry());
    }

    /** What was added as one entry, not applied. */
    public byte[] entry() {
        return encoder.finish(new EntryHeader(1, shard, incarnation, 1, shardTimeMillis, 0, 1));
    }

    /** Applies what was added, which must be one operation. */
    OperationOutcome applyOne() {
        List<OperationOutcome> outcomes = apply();
        if (outcomes.size() != 1) {
            throw new AssertionError("operations: " + outcomes.size() + " (expected: 1)");
        }
        return outcomes.get(0);
    }

    /** Applies an entry. */
    public List<OperationOutcome> apply(byte[] entry) {
        try {
            ShardApplier.Applied applied = applier.apply(LogEntry.parse(entry));
            applied.changes().forEach((key, record) -> {
                if (ChangeSet.isTombstone(record)) {
                    records.remove(key);
                } else {
                    records.put(key, record);
                }
            });
            return applied.outcomes();
        } catch (io.ringkv.server.log.EntryFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a session for a client with this number as id; its own entry. */
    public long openSession(long client, long idleMillis) {
        return control(LogOperationType.OPEN, open(client, idleMillis))
                .applyOne()
                .number();
    }

    /** The stored record of a key, which must exist. */
    DataRecord record(String key) {
        byte[] record = records.get(InternalKey.data(utf8(key)));
        if (record == null) {
            throw new AssertionError("no record of " + key);
        }
        return DataRecord.parse(record);
    }

    /** The session, which must be open. */
    ClientSession session(long id) {
        ClientSession session = state.sessions().find(id);
        if (session == null) {
            throw new AssertionError("no session " + id);
        }
        return session;
    }

    /** The stored value of a key as text, or "absent". */
    public String value(String key) {
        byte[] record = records.get(InternalKey.data(utf8(key)));
        return record == null ? "absent" : new String(DataRecord.parse(record).value(), StandardCharsets.UTF_8);
    }

    /** Digest computed afresh from everything stored. */
    Digest recomputedDigest() {
        ShardState fresh = new ShardState();
        records.forEach((key, record) -> fresh.countRecord(key, null, record));
        for (ClientSession session : state.sessions().freeze()) {
            byte[] bytes = SessionCodec.encode(session);
            SessionCodec.decode(new io.ringkv.server.log.ByteReader(bytes), fresh.sessions());
        }
        ShardMeta meta = state.meta();
        if (meta != null) {
            fresh.setMeta(meta);
        }
        return fresh.digest();
    }

    private static LogOperationType typeOf(MessageLite body) {
        if (body instanceof PutOp) {
            return LogOperationType.PUT;
        } else if (body instanceof DeleteOp) {
            return LogOperationType.DELETE;
        } else if (body instanceof CompareAndSetOp) {
            return LogOperationType.COMPARE_AND_SET;
        } else if (body instanceof IncrementOp) {
            return LogOperationType.INCREMENT;
        } else if (body instanceof BatchOp) {
            return LogOperationType.BATCH;
        } else if (body instanceof ResolveOp) {
            return LogOperationType.RESOLVE;
        }
        return LogOperationType.CLOSE;
    }

    public static PutOp put(String key, String value) {
        return PutOp.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
    }

    public static DeleteOp delete(String key) {
        return DeleteOp.newBuilder().setKey(bytes(key)).build();
    }

    public static IncrementOp increment(String key, long delta) {
        return IncrementOp.newBuilder().setKey(bytes(key)).setDelta(delta).build();
    }

    public static CompareAndSetOp.Builder cas(String key) {
        return CompareAndSetOp.newBuilder().setKey(bytes(key));
    }

    static ResolveOp resolve(long sequence) {
        return ResolveOp.newBuilder().setSequence(sequence).build();
    }

    public static OpenOp open(long client, long idleMillis) {
        return OpenOp.newBuilder()
                .setClientId(ByteString.copyFrom(clientBytes(client, client)))
                .setIdleMillis(idleMillis)
                .build();
    }

    public static FenceOp fence(long replicaEpoch, long operation) {
        return FenceOp.newBuilder()
                .setReplicaEpoch(replicaEpoch)
                .setOperation(operation)
                .build();
    }

    static SetLevelOp level(int level) {
        return SetLevelOp.newBuilder().setLevel(level).build();
    }

    static ExpireOp expire(Long... sessions) {
        return ExpireOp.newBuilder().addAllSessions(List.of(sessions)).build();
    }

    public static BatchOp batch(MessageLite... operations) {
        BatchOp.Builder batch = BatchOp.newBuilder();
        for (MessageLite operation : operations) {
            batch.addItems(item(operation));
        }
        return batch.build();
    }

    static BatchItem item(MessageLite operation) {
        if (operation instanceof PutOp put) {
            return BatchItem.newBuilder().setPut(put).build();
        } else if (operation instanceof DeleteOp delete) {
            return BatchItem.newBuilder().setDelete(delete).build();
        } else if (operation instanceof CompareAndSetOp cas) {
            return BatchItem.newBuilder().setCompareAndSet(cas).build();
        }
        return BatchItem.newBuilder().setIncrement((IncrementOp) operation).build();
    }

    static byte[] clientBytes(long high, long low) {
        return new io.ringkv.server.log.ByteWriter(16)
                .writeLong(high)
                .writeLong(low)
                .toByteArray();
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Makes change sets, which only the state machine makes otherwise. */
    public static final class Changes {
        private final ChangeSet changes = new ChangeSet();

        /** Sets a record. */
        public void put(byte[] key, byte[] record) {
            changes.put(key, record);
        }

        /** Removes a record. */
        public void remove(byte[] key) {
            changes.remove(key);
        }

        /** What was changed. */
        public ChangeSet set() {
            return changes;
        }
    }
}
