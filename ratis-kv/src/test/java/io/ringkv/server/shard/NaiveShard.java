package io.ringkv.server.shard;

import com.google.protobuf.MessageLite;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.BatchOp;
import io.ringkv.rpc.CloseOp;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.ExpireOp;
import io.ringkv.rpc.FenceOp;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.OpenOp;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.ResolveOp;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a shard written down a second time, as plainly as possible: copies of maps instead of undo, big integers
 * instead of overflow tricks, text instead of bytes. Shares nothing with the real one but the message types.
 */
final class NaiveShard {

    /** A key's record. */
    record Item(String value, long create, long mod, long version) {}

    /** What a request came to, in the order of {@link OperationOutcome}. */
    record Result(String code, long revision, long number, int failedIndex, long session, boolean duplicate) {
        static Result of(String code, long session) {
            return new Result(code, 0, 0, 0, session, false);
        }
    }

    /** A session and its results by sequence. */
    static final class Session {
        final long id;
        final String client;
        long idle;
        long floor = 1;
        long lastUsed;
        final TreeMap<Long, Result> results = new TreeMap<>();

        Session(long id, String client, long idle, long lastUsed) {
            this.id = id;
            this.client = client;
            this.idle = idle;
            this.lastUsed = lastUsed;
        }
    }

    final TreeMap<String, Item> data = new TreeMap<>();
    final Map<Long, Session> sessions = new HashMap<>();
    final TokenRange range;
    long revision;
    long time;
    long replicaEpoch = 1;
    long operation;

    NaiveShard(TokenRange range) {
        this.range = range;
    }

    /** Client id, when not null, opens the session first. */
    Result write(long id, @Nullable OpenOp opening, long sequence, long floor, @Nullable MessageLite body) {
        Session session = opening != null ? open(opening) : sessions.get(id);
        if (session == null) {
            return Result.of("SESSION_EXPIRED", 0);
        }
        Result known = lookUp(session, sequence, floor);
        if (known != null) {
            return known;
        }
        Result result = body == null ? Result.of("INVALID_ARGUMENT", session.id) : execute(body, session.id);
        if (!result.code().equals("NOT_RESPONSIBLE")) {
            session.results.put(sequence, result);
        }
        return result;
    }

    private @Nullable Result lookUp(Session session, long sequence, long floor) {
        session.lastUsed = time;
        session.floor = Math.max(session.floor, floor);
        session.results.keySet().removeIf(old -> old < session.floor);
        if (sequence < session.floor) {
            return Result.of("ABANDONED", session.id);
        }
        Result stored = session.results.get(sequence);
        if (stored != null) {
            return new Result(
                    stored.code(), stored.revision(), stored.number(), stored.failedIndex(), session.id, true);
        }
        return sequence >= session.floor + 1024 ? Result.of("SEQUENCE_OUT_OF_WINDOW", session.id) : null;
    }

    private Result execute(MessageLite body, long session) {
        List<MessageLite> operations = new ArrayList<>();
        if (body instanceof BatchOp batch) {
            batch.getItemsList().forEach(item -> operations.add(unpack(item)));
            if (operations.isEmpty()) {
                return Result.of("BATCH_EMPTY", session);
            }
        } else {
            operations.add(body);
        }
        for (int i = 0; i < operations.size(); i++) {
            if (!range.contains(KeyHash.token(ShardFixture.utf8(keyOf(operations.get(i)))))) {
                return new Result("NOT_RESPONSIBLE", 0, 0, i, session, false);
            }
        }
        TreeMap<String, Item> before = new TreeMap<>(data);
        long changed = 0;
        long number = 0;
        for (int i = 0; i < operations.size(); i++) {
            TreeMap<String, Item> beforeItem = new TreeMap<>(data);
            Object answer = step(operations.get(i));
            if (answer instanceof String refusal) {
                data.clear();
                data.putAll(before);
                Item present = data.get(keyOf(operations.get(i)));
                return new Result(refusal, present == null ? 0 : present.mod(), 0, i, session, false);
            }
            number = (Long) answer;
            changed += beforeItem.equals(data) ? 0 : 1;
        }
        long result = changed > 0 ? ++revision : 0;
        return new Result("OK", result, body instanceof BatchOp ? changed : number, 0, session, false);
    }

    /** The number of the result, or the name of the refusal. */
    private Object step(MessageLite operation) {
        String key = keyOf(operation);
        Item present = data.get(key);
        if (operation instanceof PutOp put) {
            return set(key, put.getValue().toStringUtf8());
        } else if (operation instanceof DeleteOp) {
            return data.remove(key) == null ? 0L : 1L;
        } else if (operation instanceof IncrementOp increment) {
            return add(key, present, increment.getDelta());
        }
        CompareAndSetOp cas = (CompareAndSetOp) operation;
        switch (cas.getExpectationCase()) {
            case EXPECTED_ABSENT -> {
                if (present != null) {
                    return "KEY_EXISTS";
                }
            }
            case EXPECTED_REVISION -> {
                if (present == null || present.mod() != cas.getExpectedRevision()) {
                    return "REVISION_MISMATCH";
                }
            }
            default -> {
                if (present == null
                        || !present.value().equals(cas.getExpectedValue().toStringUtf8())) {
                    return "VALUE_MISMATCH";
                }
            }
        }
        if (cas.getChangeCase() == CompareAndSetOp.ChangeCase.DELETE) {
            return data.remove(key) == null ? 0L : 1L;
        }
        return set(key, cas.getValue().toStringUtf8());
    }

    private Object add(String key, @Nullable Item present, long delta) {
        String text = present == null ? "0" : present.value();
        if (!text.matches("-?[0-9]{1,19}")) {
            return "NOT_A_COUNTER";
        }
        BigInteger old = new BigInteger(text);
        if (old.bitLength() > 63) {
            return "NOT_A_COUNTER";
        }
        BigInteger sum = old.add(BigInteger.valueOf(delta));
        if (sum.bitLength() > 63) {
            return "COUNTER_OVERFLOW";
        }
        set(key, sum.toString());
        return sum.longValue();
    }

    private long set(String key, String value) {
        Item present = data.get(key);
        long next = revision + 1;
        long version = present == null ? 1 : present.version() + 1;
        data.put(key, new Item(value, present == null ? next : present.create(), next, version));
        return version;
    }

    Session open(OpenOp body) {
        String client = body.getClientId().toStringUtf8();
        long asked = body.getIdleMillis();
        long idle = asked == 0 ? 600_000 : Math.min(asked, 3_600_000);
        for (Session session : sessions.values()) {
            if (session.client.equals(client)) {
                session.idle = Math.max(session.idle, idle);
                session.lastUsed = time;
                return session;
            }
        }
        Session session = new Session(++revision, client, idle, time);
        sessions.put(session.id, session);
        return session;
    }

    Result control(MessageLite body, long id, long floor) {
        if (body instanceof OpenOp open) {
            long opened = open(open).id;
            return new Result("OK", opened, opened, 0, opened, false);
        } else if (body instanceof CloseOp) {
            return sessions.remove(id) == null ? Result.of("SESSION_EXPIRED", 0) : Result.of("OK", id);
        } else if (body instanceof ResolveOp resolve) {
            return resolve(id, floor, resolve.getSequence());
        } else if (body instanceof ExpireOp expire) {
            long before = sessions.size();
            sessions.values().removeIf(s -> expire.getSessionsList().contains(s.id) && time - s.lastUsed > s.idle);
            return new Result("OK", 0, before - sessions.size(), 0, 0, false);
        }
        FenceOp fence = (FenceOp) body;
        if (fence.getReplicaEpoch() <= replicaEpoch) {
            return new Result("STALE_INSTRUCTION", 0, replicaEpoch, 0, 0, false);
        }
        replicaEpoch = fence.getReplicaEpoch();
        operation = fence.getOperation();
        return new Result("OK", 0, replicaEpoch, 0, 0, false);
    }

    private Result resolve(long id, long floor, long sequence) {
        Session session = sessions.get(id);
        if (session == null) {
            return Result.of("SESSION_EXPIRED", 0);
        }
        Result known = lookUp(session, sequence, floor);
        if (known == null) {
            known = Result.of("ABANDONED", id);
            session.results.put(sequence, known);
        }
        return known;
    }

    private static MessageLite unpack(BatchItem item) {
        return switch (item.getOperationCase()) {
            case PUT -> item.getPut();
            case DELETE -> item.getDelete();
            case INCREMENT -> item.getIncrement();
            default -> item.getCompareAndSet();
        };
    }

    private static String keyOf(MessageLite operation) {
        if (operation instanceof PutOp put) {
            return put.getKey().toStringUtf8();
        } else if (operation instanceof DeleteOp delete) {
            return delete.getKey().toStringUtf8();
        } else if (operation instanceof IncrementOp increment) {
            return increment.getKey().toStringUtf8();
        }
        return ((CompareAndSetOp) operation).getKey().toStringUtf8();
    }
}
