package io.ringkv.server.door;

import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.OperationType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the door must know of an operation's body: that it is valid and within the limits, which keys it names, and for a
 * read what it asks for. Keys are positions in the frame; nothing is copied until a read looks them up.
 */
final class OperationBody {
    private static final int KEY = 1;

    private static final int SEEN_KEY = 1;
    private static final int SEEN_SECOND = 1 << 1;
    private static final int SEEN_EXPECTATION = 1 << 2;
    private static final int SEEN_CHANGE = 1 << 3;
    private static final int SEEN_THIRD = 1 << 4;

    private final byte[] frame;
    /** Offset and length of each key, one after the other. */
    private int[] keys = new int[2];

    private int keyCount;
    /** Bytes of keys and values, for the limit of batches. */
    private long payloadBytes;

    private boolean valuesWanted = true;
    private boolean grows;
    private ScanFields scan = ScanFields.NONE;

    private OperationBody(byte[] frame) {
        this.frame = frame;
    }

    /**
     * Looks into a body.
     *
     * @param type operation that a client may send
     * @throws RingKvException when it is not valid: any family INVALID_ARGUMENT code
     */
    static OperationBody read(OperationType type, RequestHeader header) {
        LimitChecks.checkOperationBytes(header.bodyLength);
        OperationBody body = new OperationBody(header.frame);
        FieldReader in = new FieldReader(nameOf(type), header.frame, header.bodyOffset, header.bodyLength);
        switch (type) {
            case OPERATION_TYPE_BATCH -> body.readBatch(in);
            case OPERATION_TYPE_GET -> body.readGet(in);
            case OPERATION_TYPE_MULTI_GET -> body.readMultiGet(in);
            case OPERATION_TYPE_SCAN -> body.scan = ScanFields.read(in, header.frame);
            case OPERATION_TYPE_OPEN -> readOpen(in);
            case OPERATION_TYPE_CLOSE -> readClose(in);
            case OPERATION_TYPE_RESOLVE -> readResolve(in);
            default -> body.readSingle(type, in);
        }
        return body;
    }

    static String nameOf(OperationType type) {
        return type.name().substring("OPERATION_TYPE_".length());
    }

    int keyCount() {
        return keyCount;
    }

    /** A copy of one key. */
    byte[] key(int index) {
        int offset = keys[2 * index];
        return Arrays.copyOfRange(frame, offset, offset + keys[2 * index + 1]);
    }

    List<byte[]> keys() {
        List<byte[]> copies = new ArrayList<>(keyCount);
        for (int i = 0; i < keyCount; i++) {
            copies.add(key(i));
        }
        return copies;
    }

    /** How many of the keys the range holds. */
    int keysInside(TokenRange range) {
        int inside = 0;
        for (int i = 0; i < keyCount; i++) {
            if (isInside(range, i)) {
                inside++;
            }
        }
        return inside;
    }

    /** First key outside the range; there must be one. */
    int firstOutside(TokenRange range) {
        int index = 0;
        while (isInside(range, index)) {
            index++;
        }
        return index;
    }

    Token token(int index) {
        return KeyHash.token(frame, keys[2 * index], keys[2 * index + 1]);
    }

    /** Whether a read wants the values. */
    boolean valuesWanted() {
        return valuesWanted;
    }

    /** Whether it may leave more data behind than there was. */
    boolean grows() {
        return grows;
    }

    /** What a SCAN asks for. */
    ScanFields scan() {
        return scan;
    }

    private boolean isInside(TokenRange range, int index) {
        return range.isFullCircle() || range.contains(token(index));
    }

    private void readSingle(OperationType type, FieldReader in) {
        switch (type) {
            case OPERATION_TYPE_PUT -> readPut(in);
            case OPERATION_TYPE_DELETE -> readDelete(in);
            case OPERATION_TYPE_COMPARE_AND_SET -> readCompareAndSet(in);
            case OPERATION_TYPE_INCREMENT -> readIncrement(in);
            default -> throw new IllegalArgumentException("operation type: " + type + " (expected: one with a body)");
        }
    }

    private void readPut(FieldReader in) {
        int seen = 0;
        grows = true;
        while (in.next()) {
            switch (in.field()) {
                case KEY -> seen = readKey(in, seen);
                case 2 -> {
                    seen = in.once(seen, SEEN_SECOND);
                    readValue(in);
                }
                default -> throw in.unknown();
            }
        }
        requireKey(seen);
    }

    private void readDelete(FieldReader in) {
        int seen = 0;
        while (in.next()) {
            if (in.field() != KEY) {
                throw in.unknown();
            }
            seen = readKey(in, seen);
        }
        requireKey(seen);
    }

    private void readIncrement(FieldReader in) {
        int seen = 0;
        grows = true;
        while (in.next()) {
            switch (in.field()) {
                case KEY -> seen = readKey(in, seen);
                case 2 -> {
                    seen = in.once(seen, SEEN_SECOND);
                    in.varint();
                }
                default -> throw in.unknown();
            }
        }
        requireKey(seen);
    }

    private void readCompareAndSet(FieldReader in) {
        int seen = 0;
        while (in.next()) {
            int field = in.field();
            if (field == KEY) {
                seen = readKey(in, seen);
                continue;
            }
            if (field > 6) {
                throw in.unknown();
            }
            seen = in.once(seen, field <= 4 ? SEEN_EXPECTATION : SEEN_CHANGE);
            grows |= field == 5;
            switch (field) {
                case 2, 5 -> readValue(in);
                case 3 -> in.varint();
                default -> in.requireTrue();
            }
        }
        requireKey(seen);
        if ((seen & SEEN_EXPECTATION) == 0) {
            throw in.invalid("has no expectation: value, revision or absence");
        }
        if ((seen & SEEN_CHANGE) == 0) {
            throw in.invalid("has no change: a value, or delete");
        }
    }

    private void readBatch(FieldReader in) {
        int items = 0;
        while (in.next()) {
            if (in.field() != 1) {
                throw in.unknown();
            }
            in.slice();
            items++;
            // Counted while reading, so that a frame full of empty items is not walked through.
            if (items > Limits.MAX_BATCH_KEYS) {
                break;
            }
            readItem(new FieldReader("item " + (items - 1) + " of BATCH", frame, in.sliceOffset(), in.sliceLength()));
        }
        LimitChecks.checkBatch(items, payloadBytes);
    }

    private void readItem(FieldReader in) {
        if (!in.next()) {
            throw in.invalid("has no operation");
        }
        int operation = in.field();
        if (operation < 1 || operation > 4) {
            throw in.unknown();
        }
        in.slice();
        FieldReader inner = new FieldReader("a batch item", frame, in.sliceOffset(), in.sliceLength());
        switch (operation) {
            case 1 -> readPut(inner);
            case 2 -> readDelete(inner);
            case 3 -> readCompareAndSet(inner);
            default -> readIncrement(inner);
        }
        if (in.next()) {
            throw in.invalid("has more than one operation");
        }
    }

    private void readGet(FieldReader in) {
        int seen = 0;
        while (in.next()) {
            switch (in.field()) {
                case KEY -> seen = readKey(in, seen);
                case 2 -> {
                    seen = in.once(seen, SEEN_SECOND);
                    valuesWanted = in.varint() == 0;
                }
                default -> throw in.unknown();
            }
        }
        requireKey(seen);
    }

    private void readMultiGet(FieldReader in) {
        while (in.next()) {
            if (in.field() != KEY) {
                throw in.unknown();
            }
            readKey(in, 0);
            if (keyCount > Limits.MAX_GET_KEYS) {
                break;
            }
        }
        LimitChecks.checkGetKeys(keyCount);
    }

    private static void readOpen(FieldReader in) {
        int seen = 0;
        int idLength = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    seen = in.once(seen, SEEN_KEY);
                    idLength = in.slice();
                }
                case 2 -> {
                    seen = in.once(seen, SEEN_THIRD);
                    in.varint();
                }
                default -> throw in.unknown();
            }
        }
        if (idLength != RequestHeader.CLIENT_ID_BYTES) {
            throw in.invalid(
                    "has a client id of " + idLength + " bytes; expected are " + RequestHeader.CLIENT_ID_BYTES);
        }
    }

    private static void readClose(FieldReader in) {
        if (in.next()) {
            throw in.unknown();
        }
    }

    private static void readResolve(FieldReader in) {
        int seen = 0;
        long sequence = 0;
        while (in.next()) {
            if (in.field() != 1) {
                throw in.unknown();
            }
            seen = in.once(seen, SEEN_KEY);
            sequence = in.varint();
        }
        if (sequence == 0) {
            throw in.invalid("has no sequence to resolve; it is 1 or more");
        }
    }

    private int readKey(FieldReader in, int seen) {
        int now = in.once(seen, SEEN_KEY);
        int length = in.slice();
        LimitChecks.checkKeyLength(length);
        if (2 * keyCount == keys.length) {
            keys = Arrays.copyOf(keys, keys.length * 2);
        }
        keys[2 * keyCount] = in.sliceOffset();
        keys[2 * keyCount + 1] = length;
        keyCount++;
        payloadBytes += length;
        return now;
    }

    private void readValue(FieldReader in) {
        int length = in.slice();
        LimitChecks.checkValueLength(length);
        payloadBytes += length;
    }

    private static void requireKey(int seen) {
        if ((seen & SEEN_KEY) == 0) {
            LimitChecks.checkKeyLength(0);
        }
    }
}
