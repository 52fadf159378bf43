package io.ringkv.client.fake;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.client.Bytes;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.BatchOp;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.Entry;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.GetResult;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.MultiGetOp;
import io.ringkv.rpc.MultiGetResult;
import io.ringkv.rpc.OpenOp;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ResolveOp;
import io.ringkv.rpc.ScanOp;
import io.ringkv.rpc.ScanResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a shard as PROTOCOLS 4 describes it, in its simplest form: one copy, in memory. Every method under
 * the lock of the shard.
 */
public final class FakeShard {

    private final ShardRecord record;
    private final NavigableMap<Bytes, Entry> data = new TreeMap<>();
    private final Map<Long, Session> sessions = new HashMap<>();
    private final Map<ByteString, Long> sessionOfClient = new HashMap<>();
    private final Map<String, Integer> executions = new HashMap<>();
    private @Nullable ServerId leader;
    private long revision;
    private int executedTwice;

    private static final class Session {
        private long floor = 1;
        private final TreeMap<Long, Reply> results = new TreeMap<>();
    }

    public FakeShard(ShardRecord record) {
        this.record = record;
        this.leader = record.leaderHint();
    }

    public ShardRecord record() {
        return record;
    }

    public synchronized @Nullable ServerId leader() {
        return leader;
    }

    public synchronized void setLeader(@Nullable ServerId server) {
        leader = server;
    }

    /** Forgets all sessions, as if they had been idle too long. */
    public synchronized void expireSessions() {
        sessions.clear();
        sessionOfClient.clear();
    }

    public synchronized int sessionCount() {
        return sessions.size();
    }

    /** How many requests with a session and sequence were executed more than once: must stay 0. */
    public synchronized int executedTwice() {
        return executedTwice;
    }

    public synchronized @Nullable Entry entry(Bytes key) {
        return data.get(key);
    }

    /** The answer of the state machine to a request. */
    public synchronized Reply apply(Request request) {
        try {
            return switch (request.getType()) {
                case OPERATION_TYPE_GET -> get(GetOp.parseFrom(request.getBody()));
                case OPERATION_TYPE_MULTI_GET -> multiGet(MultiGetOp.parseFrom(request.getBody()));
                case OPERATION_TYPE_SCAN -> scan(ScanOp.parseFrom(request.getBody()));
                case OPERATION_TYPE_OPEN ->
                    ok().setNumber(open(OpenOp.parseFrom(request.getBody()).getClientId()))
                            .build();
                case OPERATION_TYPE_CLOSE -> close(request.getSession());
                case OPERATION_TYPE_RESOLVE ->
                    resolve(request, ResolveOp.parseFrom(request.getBody()).getSequence());
                default -> write(request);
            };
        } catch (InvalidProtocolBufferException e) {
            return refusal(ErrorCode.MALFORMED_FRAME).build();
        }
    }

    private long open(ByteString client) {
        Long known = sessionOfClient.get(client);
        if (known != null) {
            return known;
        }
        revision++;
        sessions.put(revision, new Session());
        sessionOfClient.put(client, revision);
        return revision;
    }

    private Reply close(long id) {
        sessionOfClient.values().remove(id);
        return sessions.remove(id) == null ? refusal(ErrorCode.SESSION_EXPIRED).build() : ok().build();
    }

    private Reply resolve(Request request, long sequence) {
        Session session = sessions.get(request.getSession());
        if (session == null) {
            return refusal(ErrorCode.SESSION_EXPIRED).build();
        }
        Reply stored = session.results.get(sequence);
        if (stored != null) {
            return stored.toBuilder().setDuplicate(true).build();
        }
        Reply abandoned = refusal(ErrorCode.ABANDONED).build();
        session.results.put(sequence, abandoned);
        return abandoned;
    }

    private Reply write(Request request) throws InvalidProtocolBufferException {
        long id = request.getSession() != 0 ? request.getSession() : open(request.getClientId());
        Session session = sessions.get(id);
        if (session == null) {
            return refusal(ErrorCode.SESSION_EXPIRED).build();
        }
        session.floor = Math.max(session.floor, request.getFloor());
        session.results.headMap(session.floor).clear();
        if (request.getSequence() < session.floor) {
            return refusal(ErrorCode.ABANDONED).setSession(id).build();
        }
        Reply stored = session.results.get(request.getSequence());
        if (stored != null) {
            return stored.toBuilder()
                    .clearBody()
                    .setDuplicate(true)
                    .setSession(id)
                    .build();
        }
        if (request.getSequence() >= session.floor + Limits.SESSION_WINDOW) {
            return refusal(ErrorCode.SEQUENCE_OUT_OF_WINDOW).build();
        }
        if (executions.merge(id + "/" + request.getSequence(), 1, Integer::sum) > 1) {
            executedTwice++;
        }
        Reply result = execute(request);
        session.results.put(
                request.getSequence(), result.toBuilder().clearBody().build());
        return result.toBuilder().setSession(id).build();
    }

    private Reply execute(Request request) throws InvalidProtocolBufferException {
        long next = revision + 1;
        Reply result = switch (request.getType()) {
            case OPERATION_TYPE_PUT -> put(PutOp.parseFrom(request.getBody()), next);
            case OPERATION_TYPE_DELETE -> delete(DeleteOp.parseFrom(request.getBody()), next);
            case OPERATION_TYPE_COMPARE_AND_SET -> compareAndSet(CompareAndSetOp.parseFrom(request.getBody()), next);
            case OPERATION_TYPE_INCREMENT -> increment(IncrementOp.parseFrom(request.getBody()), next);
            case OPERATION_TYPE_BATCH -> batch(BatchOp.parseFrom(request.getBody()), next);
            default -> refusal(ErrorCode.OPERATION_UNSUPPORTED).build();
        };
        if (result.getCode() == 0 && result.getRevision() == next) {
            revision = next;
        }
        return result;
    }

    private Reply put(PutOp operation, long at) {
        if (!owns(operation.getKey())) {
            return refusal(ErrorCode.NOT_RESPONSIBLE).build();
        }
        Entry stored = store(operation.getKey(), operation.getValue(), at);
        return ok().setRevision(at).setNumber(stored.getVersion()).build();
    }

    private boolean owns(ByteString key) {
        return record.range().contains(KeyHash.token(key.toByteArray()));
    }

    private Entry store(ByteString key, ByteString value, long at) {
        Entry before = data.get(bytes(key));
        Entry after = Entry.newBuilder()
                .setKey(key)
                .setValue(value)
                .setCreateRevision(before == null ? at : before.getCreateRevision())
                .setModRevision(at)
                .setVersion(before == null ? 1 : before.getVersion() + 1)
                .build();
        data.put(bytes(key), after);
        return after;
    }

    private Reply delete(DeleteOp operation, long at) {
        boolean existed = data.remove(bytes(operation.getKey())) != null;
        return ok().setRevision(existed ? at : 0).setNumber(existed ? 1 : 0).build();
    }

    private Reply compareAndSet(CompareAndSetOp operation, long at) {
        Entry present = data.get(bytes(operation.getKey()));
        ErrorCode refusal = switch (operation.getExpectationCase()) {
            case EXPECTED_VALUE ->
                present != null && present.getValue().equals(operation.getExpectedValue())
                        ? ErrorCode.OK
                        : ErrorCode.VALUE_MISMATCH;
            case EXPECTED_REVISION ->
                present != null && present.getModRevision() == operation.getExpectedRevision()
                        ? ErrorCode.OK
                        : ErrorCode.REVISION_MISMATCH;
            default -> present == null ? ErrorCode.OK : ErrorCode.KEY_EXISTS;
        };
        if (refusal != ErrorCode.OK) {
            Reply.Builder reply = refusal(refusal);
            if (present != null) {
                reply.setRevision(present.getModRevision()).setBody(present.toByteString());
            }
            return reply.build();
        }
        if (operation.getDelete()) {
            data.remove(bytes(operation.getKey()));
        } else {
            store(operation.getKey(), operation.getValue(), at);
        }
        return ok().setRevision(at).build();
    }

    private Reply increment(IncrementOp operation, long at) {
        Entry present = data.get(bytes(operation.getKey()));
        long value;
        try {
            long before =
                    present == null ? 0 : Long.parseLong(present.getValue().toStringUtf8());
            value = Math.addExact(before, operation.getDelta());
        } catch (NumberFormatException e) {
            return refusal(ErrorCode.NOT_A_COUNTER).build();
        } catch (ArithmeticException e) {
            return refusal(ErrorCode.COUNTER_OVERFLOW).build();
        }
        store(operation.getKey(), ByteString.copyFromUtf8(Long.toString(value)), at);
        return ok().setRevision(at).setNumber(value).build();
    }

    private Reply batch(BatchOp operation, long at) {
        NavigableMap<Bytes, Entry> before = new TreeMap<>(data);
        for (int i = 0; i < operation.getItemsCount(); i++) {
            BatchItem item = operation.getItems(i);
            Reply part = switch (item.getOperationCase()) {
                case PUT -> put(item.getPut(), at);
                case DELETE -> delete(item.getDelete(), at);
                case COMPARE_AND_SET -> compareAndSet(item.getCompareAndSet(), at);
                default -> increment(item.getIncrement(), at);
            };
            if (part.getCode() != 0) {
                data.clear();
                data.putAll(before);
                return part.toBuilder().clearBody().setFailedIndex(i).build();
            }
        }
        return ok().setRevision(at).build();
    }

    private Reply get(GetOp operation) {
        Entry entry = data.get(bytes(operation.getKey()));
        if (entry == null) {
            return refusal(ErrorCode.KEY_NOT_FOUND).setRevision(revision).build();
        }
        Entry shown =
                operation.getMetadataOnly() ? entry.toBuilder().clearValue().build() : entry;
        return ok().setRevision(revision)
                .setBody(GetResult.newBuilder().setEntry(shown).build().toByteString())
                .build();
    }

    private Reply multiGet(MultiGetOp operation) {
        MultiGetResult.Builder found = MultiGetResult.newBuilder();
        long bytes = 0;
        for (ByteString key : operation.getKeysList()) {
            Entry entry = data.get(bytes(key));
            if (entry != null) {
                found.addEntries(entry);
                bytes += entry.getSerializedSize();
            }
        }
        if (bytes > Limits.MAX_PAGE_BYTES && operation.getKeysCount() > 1) {
            return refusal(ErrorCode.FRAME_TOO_LARGE).build();
        }
        return ok().setRevision(revision).setBody(found.build().toByteString()).build();
    }

    private Reply scan(ScanOp operation) {
        List<Entry> page = new ArrayList<>();
        Bytes next = Bytes.empty();
        int limit = operation.getLimit() == 0 ? Limits.MAX_SCAN_PAGE_ENTRIES : operation.getLimit();
        long bytes = 0;
        for (Entry entry : data.tailMap(bytes(operation.getStart()), true).values()) {
            Bytes key = bytes(entry.getKey());
            boolean beyond = !operation.getEnd().isEmpty() && key.compareTo(bytes(operation.getEnd())) >= 0;
            if (beyond) {
                break;
            }
            if (!key.startsWith(bytes(operation.getPrefix()))) {
                continue;
            }
            if (page.size() == limit || (bytes >= operation.getByteLimit() && operation.getByteLimit() > 0)) {
                next = key;
                break;
            }
            page.add(operation.getKeysOnly() ? entry.toBuilder().clearValue().build() : entry);
            bytes += entry.getSerializedSize();
        }
        ScanResult result = ScanResult.newBuilder()
                .addAllEntries(page)
                .setMore(!next.isEmpty())
                .setNextStart(ByteString.copyFrom(next.toByteArray()))
                .build();
        return ok().setRevision(revision).setBody(result.toByteString()).build();
    }

    private static Bytes bytes(ByteString text) {
        return Bytes.wrap(text.toByteArray());
    }

    static Reply.Builder ok() {
        return Reply.newBuilder();
    }

    /** A refusal as the state machine gives it: nothing is said about proposal. */
    static Reply.Builder refusal(ErrorCode code) {
        return Reply.newBuilder().setCode(code.number()).setMessage(code.name() + ": refused by a fake.");
    }

    /** Whether a request needs the leader. */
    static boolean needsLeader(Request request) {
        boolean read = request.getType() == OperationType.OPERATION_TYPE_GET
                || request.getType() == OperationType.OPERATION_TYPE_MULTI_GET
                || request.getType() == OperationType.OPERATION_TYPE_SCAN;
        return !read || request.getConsistencyValue() == 0;
    }
}
