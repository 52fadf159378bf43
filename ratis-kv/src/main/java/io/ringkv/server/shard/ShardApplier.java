package io.ringkv.server.shard;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClientId;
import io.ringkv.server.log.EntryFormatException;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogEntry;
import io.ringkv.server.log.MalformedBytesException;
import io.ringkv.server.log.OperationCursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what each operation of an entry comes to, in entry order, and changes the state accordingly. The changed records
 * are handed out as one set, for the store to take in one step.
 *
 * <p>For an operation of a session, in this order:
 *
 * <ol>
 *   <li>the session is unknown: SESSION_EXPIRED;
 *   <li>the floor is raised, results below it are dropped;
 *   <li>the sequence is below the floor: ABANDONED;
 *   <li>a result is stored: it is the outcome;
 *   <li>the sequence is 1024 or more above the floor: SEQUENCE_OUT_OF_WINDOW;
 *   <li>a token lies outside the shard's range: NOT_RESPONSIBLE, not stored;
 *   <li>conditions decide, records change, the result is stored, refusals too.
 * </ol>
 *
 * <p>So a duplicate is recognised before range and epoch are looked at. Everything here is a function of the state and the
 * entry. A body that is not what its type says is a refusal, because a client may have sent it; an entry that this release
 * cannot understand is an exception. One thread.
 */
public final class ShardApplier {

    private final ShardState state;
    private final RecordSource records;
    private final WriteExecutor executor;
    private final ControlOperations control;

    private ChangeSet changes = ChangeSet.EMPTY;
    private long revision;

    /**
     * @param state changed by every entry
     * @param records the records as of the entries before
     * @param intents tells which keys transactions hold
     */
    public ShardApplier(ShardState state, RecordSource records, IntentLookup intents) {
        this.state = state;
        this.records = records;
        this.executor = new WriteExecutor(this, intents);
        this.control = new ControlOperations(state);
    }

    /**
     * What an entry came to.
     *
     * @param outcomes one per operation
     * @param changes records to be stored
     */
    public record Applied(List<OperationOutcome> outcomes, ChangeSet changes) {}

    /**
     * Applies an entry to the state.
     *
     * @throws EntryFormatException if the entry demands a level this release does not know
     * @throws MalformedBytesException if a stored record is damaged
     */
    public Applied apply(LogEntry entry) throws EntryFormatException {
        changes = new ChangeSet();
        List<OperationOutcome> outcomes = new ArrayList<>(entry.count());
        OperationCursor operation = entry.operations();
        beginEntry(entry.header());
        while (operation.next()) {
            outcomes.add(applyOperation(operation, entry.header()));
        }
        endEntry();
        ChangeSet finished = changes;
        changes = ChangeSet.EMPTY;
        return new Applied(outcomes, finished);
    }

    private void beginEntry(EntryHeader header) {
        ShardMeta meta = state.meta();
        if (meta == null) {
            revision = 0;
        } else {
            revision = meta.revision();
            if (addressed(meta, header)) {
                state.setMeta(meta.withShardTime(header.shardTimeMillis()));
            }
        }
    }

    private void endEntry() {
        ShardMeta meta = state.meta();
        if (meta != null && meta.revision() != revision) {
            state.setMeta(meta.withRevision(revision));
        }
    }

    private static boolean addressed(ShardMeta meta, EntryHeader header) {
        return header.shard() == meta.shard().value() && header.incarnation() == meta.incarnation();
    }

    private OperationOutcome applyOperation(OperationCursor operation, EntryHeader header) throws EntryFormatException {
        ShardMeta meta = state.meta();
        if (meta == null) {
            return switch (operation.type()) {
                case CREATE_SHARD -> control.createShard(operation, header);
                default -> refusal(ErrorCode.STARTING);
            };
        }
        if (header.shard() != meta.shard().value()) {
            return refusal(ErrorCode.UNKNOWN_SHARD);
        }
        if (header.incarnation() != meta.incarnation()) {
            return refusal(ErrorCode.STALE_INCARNATION);
        }
        return switch (operation.type()) {
            case PUT, DELETE, COMPARE_AND_SET, INCREMENT, BATCH -> write(operation, meta);
            case OPEN -> open(operation, meta);
            case CLOSE -> close(operation);
            case RESOLVE -> resolve(operation, meta);
            case EXPIRE -> control.expire(operation);
            case CREATE_SHARD -> control.createShard(operation, header);
            case FENCE -> control.fence(operation);
            case SET_LEVEL -> control.setLevel(operation);
            case RESTORE_MARK -> restoreMark(operation);
        };
    }

    private OperationOutcome restoreMark(OperationCursor operation) {
        OperationOutcome outcome = control.restoreMark(operation);
        ShardMeta meta = state.meta();
        revision = meta == null ? revision : Math.max(revision, meta.revision());
        return outcome;
    }

    private OperationOutcome write(OperationCursor operation, ShardMeta meta) {
        ClientSession session = operation.opening()
                ? openSession(operation.clientHigh(), operation.clientLow(), operation.idleMillis(), meta)
                : state.sessions().find(operation.session());
        if (session == null) {
            return refusal(operation.opening() ? ErrorCode.INVALID_ARGUMENT : ErrorCode.SESSION_EXPIRED);
        }
        session = state.sessions().use(session, operation.floor(), meta.shardTimeMillis());
        OperationOutcome known = knownOutcome(session, operation.sequence());
        if (known != null) {
            return known;
        }
        OperationOutcome outcome = executor.execute(operation, session.id(), meta.range());
        if (executor.isStorable()) {
            state.sessions().store(session, resultOf(operation.sequence(), outcome));
        }
        return outcome;
    }

    /** The outcome that the session table alone decides, or null when the request is new and may be executed. */
    private static @Nullable OperationOutcome knownOutcome(ClientSession session, long sequence) {
        if (sequence < session.floor()) {
            return outcome(ErrorCode.ABANDONED, session.id());
        }
        StoredResult stored = session.result(sequence);
        if (stored != null) {
            return new OperationOutcome(
                    stored.code(), stored.revision(), stored.number(), stored.failedIndex(), null, session.id(), true);
        }
        // Not floor + WINDOW, which may overflow: the sequence is at or above the floor, which is at least 1.
        if (sequence - session.floor() >= ClientSession.WINDOW) {
            return outcome(ErrorCode.SEQUENCE_OUT_OF_WINDOW, session.id());
        }
        return null;
    }

    private static StoredResult resultOf(long sequence, OperationOutcome outcome) {
        return new StoredResult(sequence, outcome.code(), outcome.revision(), outcome.number(), outcome.failedIndex());
    }

    private OperationOutcome open(OperationCursor operation, ShardMeta meta) {
        ClientSession session;
        try {
            control.readOpen(operation);
            session = openSession(control.clientHigh(), control.clientLow(), control.idleMillis(), meta);
        } catch (MalformedBytesException e) {
            session = null;
        }
        if (session == null) {
            return refusal(ErrorCode.INVALID_ARGUMENT);
        }
        return new OperationOutcome(ErrorCode.OK, session.id(), session.id(), 0, null, session.id(), false);
    }

    /** Finds or opens the session of a client; null when the client id is none. */
    private @Nullable ClientSession openSession(long clientHigh, long clientLow, long idleMillis, ShardMeta meta) {
        if (clientHigh == 0 && clientLow == 0) {
            return null;
        }
        SessionTable sessions = state.sessions();
        ClientId client = new ClientId(clientHigh, clientLow);
        ClientSession known = sessions.find(client);
        return known != null
                ? sessions.reopen(known, idleMillis, meta.shardTimeMillis())
                : sessions.open(++revision, client, idleMillis, meta.shardTimeMillis());
    }

    private OperationOutcome close(OperationCursor operation) {
        ClientSession session = state.sessions().find(operation.session());
        if (session == null) {
            return refusal(ErrorCode.SESSION_EXPIRED);
        }
        state.sessions().remove(session);
        return outcome(ErrorCode.OK, session.id());
    }

    private OperationOutcome resolve(OperationCursor operation, ShardMeta meta) {
        ClientSession session = state.sessions().find(operation.session());
        if (session == null) {
            return refusal(ErrorCode.SESSION_EXPIRED);
        }
        session = state.sessions().use(session, operation.floor(), meta.shardTimeMillis());
        long sequence;
        try {
            sequence = control.readResolve(operation);
        } catch (MalformedBytesException e) {
            return outcome(ErrorCode.INVALID_ARGUMENT, session.id());
        }
        OperationOutcome known = knownOutcome(session, sequence);
        if (known != null) {
            return known;
        }
        state.sessions().store(session, new StoredResult(sequence, ErrorCode.ABANDONED, 0, 0, 0));
        return outcome(ErrorCode.ABANDONED, session.id());
    }

    /** The record of a data key as of the operations before, or null. */
    byte @Nullable [] record(byte[] key) {
        byte[] changed = changes.get(key);
        if (changed == null) {
            return records.get(key);
        }
        return ChangeSet.isTombstone(changed) ? null : changed;
    }

    /** The revision that the next mutation gets. */
    long nextRevision() {
        return revision + 1;
    }

    /** Makes a mutation of {@link #nextRevision} out of what follows. */
    void consumeRevision() {
        revision++;
    }

    /**
     * Changes a record.
     *
     * @param before the record as {@link #record} tells it
     * @param after the new record or a tombstone
     */
    void change(byte[] key, byte @Nullable [] before, byte[] after) {
        if (ChangeSet.isTombstone(after)) {
            state.countRecord(key, before, null);
            changes.remove(key);
        } else {
            state.countRecord(key, before, after);
            changes.put(key, after);
        }
    }

    private static OperationOutcome refusal(ErrorCode code) {
        return outcome(code, 0);
    }

    private static OperationOutcome outcome(ErrorCode code, long session) {
        return new OperationOutcome(code, 0, 0, 0, null, session, false);
    }
}
