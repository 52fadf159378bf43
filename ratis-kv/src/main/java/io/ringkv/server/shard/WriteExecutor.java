package io.ringkv.server.shard;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.log.MalformedBytesException;
import io.ringkv.server.log.OperationCursor;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Executes a write that the session table let through: on one key, or a batch on several, all or nothing. A batch is one
 * mutation with one revision. One thread; reused.
 */
final class WriteExecutor {

    private final ShardApplier applier;
    private final IntentLookup intents;
    private final KeyCommand command = new KeyCommand();
    private final KeyEvaluator evaluator = new KeyEvaluator();
    private final BatchItems items = new BatchItems();
    private boolean storable;

    /** Internal key of the command at hand. */
    private byte[] key = new byte[0];

    WriteExecutor(ShardApplier applier, IntentLookup intents) {
        this.applier = applier;
        this.intents = intents;
    }

    /**
     * A record that a batch changes.
     *
     * @param before the record before the batch
     * @param after the record, or tombstone, after the items so far
     */
    private record Staged(byte @Nullable [] before, byte[] after) {}

    /** Whether the last outcome is the final answer of its request, to be stored. */
    boolean isStorable() {
        return storable;
    }

    OperationOutcome execute(OperationCursor operation, long session, TokenRange range) {
        storable = true;
        return operation.type() == LogOperationType.BATCH
                ? executeBatch(operation, session, range)
                : executeSingle(operation, session, range);
    }

    private OperationOutcome executeSingle(OperationCursor operation, long session, TokenRange range) {
        ErrorCode refusal =
                admit(operation.type(), operation.array(), operation.bodyOffset(), operation.bodyLength(), range);
        if (refusal != ErrorCode.OK) {
            return new OperationOutcome(refusal, 0, 0, 0, null, session, false);
        }
        byte[] before = applier.record(key);
        evaluator.evaluate(command, before, applier.nextRevision());
        if (evaluator.code() != ErrorCode.OK) {
            return new OperationOutcome(
                    evaluator.code(), evaluator.presentRevision(), 0, 0, evaluator.current(command), session, false);
        }
        long revision = 0;
        byte[] after = evaluator.after();
        if (after != null) {
            revision = applier.nextRevision();
            applier.consumeRevision();
            applier.change(key, before, after);
        }
        return new OperationOutcome(ErrorCode.OK, revision, evaluator.number(), 0, null, session, false);
    }

    private OperationOutcome executeBatch(OperationCursor operation, long session, TokenRange range) {
        OperationOutcome refusal = admitAll(operation, session, range);
        if (refusal != null) {
            return refusal;
        }
        TreeMap<byte[], Staged> staged = new TreeMap<>(Arrays::compareUnsigned);
        long changed = 0;
        items.reset(operation);
        while (items.next()) {
            readCommand(items.type(), operation.array(), items.offset(), items.length());
            Staged earlier = staged.get(key);
            byte[] before = earlier == null ? applier.record(key) : earlier.before();
            evaluator.evaluate(command, earlier == null ? before : live(earlier.after()), applier.nextRevision());
            if (evaluator.code() != ErrorCode.OK) {
                long committed = before == null ? 0 : DataRecord.parse(before).modRevision();
                return new OperationOutcome(evaluator.code(), committed, 0, items.index(), null, session, false);
            }
            byte[] after = evaluator.after();
            if (after != null) {
                changed++;
                staged.put(key, new Staged(before, after));
            }
        }
        long revision = 0;
        if (changed > 0) {
            revision = applier.nextRevision();
            applier.consumeRevision();
        }
        for (Map.Entry<byte[], Staged> change : staged.entrySet()) {
            applier.change(
                    change.getKey(),
                    change.getValue().before(),
                    change.getValue().after());
        }
        return new OperationOutcome(ErrorCode.OK, revision, changed, 0, null, session, false);
    }

    /** Looks at all items before any is executed: a batch that does not belong here must not be refused for less. */
    private @Nullable OperationOutcome admitAll(OperationCursor operation, long session, TokenRange range) {
        items.reset(operation);
        ErrorCode refusal = ErrorCode.OK;
        try {
            while (refusal == ErrorCode.OK && items.next()) {
                refusal = admit(items.type(), operation.array(), items.offset(), items.length(), range);
            }
        } catch (MalformedBytesException e) {
            refusal = ErrorCode.INVALID_ARGUMENT;
        }
        if (refusal == ErrorCode.OK) {
            return items.index() >= 0
                    ? null
                    : new OperationOutcome(ErrorCode.BATCH_EMPTY, 0, 0, 0, null, session, false);
        }
        return new OperationOutcome(refusal, 0, 0, Math.max(0, items.index()), null, session, false);
    }

    /** Reads the command and says OK, or why it is not to be executed here. */
    private ErrorCode admit(LogOperationType type, byte[] bytes, int offset, int length, TokenRange range) {
        try {
            readCommand(type, bytes, offset, length);
        } catch (MalformedBytesException e) {
            return ErrorCode.INVALID_ARGUMENT;
        }
        if (!range.contains(KeyHash.token(command.array(), command.keyOffset(), command.keyLength()))) {
            storable = false;
            return ErrorCode.NOT_RESPONSIBLE;
        }
        if (intents.isLocked(key)) {
            storable = false;
            return ErrorCode.LOCKED;
        }
        return ErrorCode.OK;
    }

    private void readCommand(LogOperationType type, byte[] bytes, int offset, int length) {
        command.read(type, bytes, offset, length);
        key = InternalKey.data(command.array(), command.keyOffset(), command.keyLength());
    }

    private static byte @Nullable [] live(byte[] after) {
        return ChangeSet.isTombstone(after) ? null : after;
    }
}
