package io.ringkv.server.shard;

import com.google.protobuf.UnsafeByteOperations;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one write on one key comes to, given the record as it is: the rules of operation.proto. Changes nothing
 * itself; the accessors tell of the last {@link #evaluate}. One thread; reused.
 */
final class KeyEvaluator {

    /** Characters of the longest 64-bit number. */
    private static final int MAX_COUNTER_CHARS = 20;

    private ErrorCode code = ErrorCode.OK;
    private byte @Nullable [] after;
    private long number;
    private @Nullable DataRecord present;
    private boolean conditionRefused;

    /**
     * Decides.
     *
     * @param presentBytes the record as it is, null when there is none
     * @param revision the revision the change would get
     */
    void evaluate(KeyCommand command, byte @Nullable [] presentBytes, long revision) {
        code = ErrorCode.OK;
        after = null;
        number = 0;
        conditionRefused = false;
        present = presentBytes == null ? null : DataRecord.parse(presentBytes);
        switch (command.type()) {
            case PUT -> set(command, revision);
            case DELETE -> delete();
            case COMPARE_AND_SET -> compareAndSet(command, revision);
            case INCREMENT -> increment(command, revision);
            default -> throw new IllegalArgumentException("operation type: " + command.type());
        }
    }

    private void set(KeyCommand command, long revision) {
        DataRecord old = present;
        number = old == null ? 1 : old.version() + 1;
        long createRevision = old == null ? revision : old.createRevision();
        after = DataRecord.encode(
                createRevision, revision, number, command.array(), command.valueOffset(), command.valueLength());
    }

    private void delete() {
        if (present != null) {
            number = 1;
            after = ChangeSet.tombstone();
        }
    }

    private void compareAndSet(KeyCommand command, long revision) {
        ErrorCode refusal = refusalOf(command);
        if (refusal != null) {
            code = refusal;
            conditionRefused = true;
        } else if (command.deletes()) {
            delete();
        } else {
            set(command, revision);
        }
    }

    private @Nullable ErrorCode refusalOf(KeyCommand command) {
        DataRecord old = present;
        return switch (command.expectation()) {
            case ABSENT -> old == null ? null : ErrorCode.KEY_EXISTS;
            case REVISION ->
                old != null && old.modRevision() == command.expectedRevision() ? null : ErrorCode.REVISION_MISMATCH;
            case VALUE -> old != null && hasValue(old, command) ? null : ErrorCode.VALUE_MISMATCH;
            case NONE -> throw new IllegalArgumentException("a compare-and-set without expectation");
        };
    }

    private static boolean hasValue(DataRecord old, KeyCommand command) {
        int from = command.expectedOffset();
        return Arrays.equals(
                old.bytes(),
                old.valueOffset(),
                old.bytes().length,
                command.array(),
                from,
                from + command.expectedLength());
    }

    private void increment(KeyCommand command, long revision) {
        DataRecord old = present;
        long before = 0;
        if (old != null) {
            int length = old.valueLength();
            Long counter = length > MAX_COUNTER_CHARS ? null : parseCounter(old.bytes(), old.valueOffset(), length);
            if (counter == null) {
                code = ErrorCode.NOT_A_COUNTER;
                return;
            }
            before = counter;
        }
        long sum = before + command.delta();
        if (((before ^ sum) & (command.delta() ^ sum)) < 0) {
            code = ErrorCode.COUNTER_OVERFLOW;
            return;
        }
        number = sum;
        byte[] text = Long.toString(sum).getBytes(StandardCharsets.US_ASCII);
        after = old == null
                ? DataRecord.encode(revision, revision, 1, text, 0, text.length)
                : old.encodeChanged(revision, old.version() + 1, text);
    }

    /** The number that the text is, or null: an optional minus sign and at least one digit, within 64 bits. */
    static @Nullable Long parseCounter(byte[] bytes, int offset, int length) {
        int digits = length > 0 && bytes[offset] == '-' ? offset + 1 : offset;
        int end = offset + length;
        if (digits == end) {
            return null;
        }
        // Counted downwards, because the smallest number has no positive counterpart.
        long value = 0;
        for (int i = digits; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                return null;
            }
            value = value * 10 - digit;
        }
        if (digits > offset) {
            return value;
        }
        return value == Long.MIN_VALUE ? null : Long.valueOf(-value);
    }

    ErrorCode code() {
        return code;
    }

    /** The new record, a tombstone, or null when nothing changes. */
    byte @Nullable [] after() {
        return after;
    }

    /** Second number of the result. */
    long number() {
        return number;
    }

    /** Mod revision of the record as it was, 0 when there was none. */
    long presentRevision() {
        DataRecord old = present;
        return old == null ? 0 : old.modRevision();
    }

    /** After a refused condition the encoded {@code Entry} of the record as it was; null when there was none. */
    byte @Nullable [] current(KeyCommand command) {
        DataRecord old = present;
        if (!conditionRefused || old == null) {
            return null;
        }
        return Entry.newBuilder()
                .setKey(UnsafeByteOperations.unsafeWrap(command.array(), command.keyOffset(), command.keyLength()))
                .setValue(UnsafeByteOperations.unsafeWrap(old.bytes(), old.valueOffset(), old.valueLength()))
                .setCreateRevision(old.createRevision())
                .setModRevision(old.modRevision())
                .setVersion(old.version())
                .build()
                .toByteArray();
    }
}
