package io.ringkv.server.shard;

import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.log.MalformedBytesException;

/**
 * A write on one key as read from the body of an operation: slices of the entry, nothing copied. One thread; reused for one
 * operation after the other.
 */
final class KeyCommand {

    /** What a compare-and-set expects of the key. */
    enum Expectation {
        NONE,
        VALUE,
        REVISION,
        ABSENT
    }

    private final FieldCursor fields = new FieldCursor();

    private LogOperationType type = LogOperationType.PUT;
    private byte[] array = new byte[0];
    private int keyOffset;
    private int keyLength;
    private int valueOffset;
    private int valueLength;
    private boolean deletes;
    private boolean sets;
    private Expectation expectation = Expectation.NONE;
    private int expectedOffset;
    private int expectedLength;
    private long expectedRevision;
    private long delta;

    /**
     * Reads a body.
     *
     * @throws MalformedBytesException if it is none of this type, lacks its key, or does not say what to do
     */
    void read(LogOperationType newType, byte[] bytes, int offset, int length) {
        type = newType;
        array = bytes;
        keyLength = 0;
        valueOffset = 0;
        valueLength = 0;
        deletes = false;
        sets = false;
        expectation = Expectation.NONE;
        delta = 0;
        fields.reset(bytes, offset, length);
        switch (newType) {
            case PUT -> readPut();
            case DELETE -> readDelete();
            case COMPARE_AND_SET -> readCompareAndSet();
            case INCREMENT -> readIncrement();
            default -> throw new IllegalArgumentException("operation type: " + newType + " (expected: of one key)");
        }
        if (keyLength == 0) {
            throw new MalformedBytesException("the operation has no key");
        }
    }

    private void readPut() {
        sets = true;
        for (int field = fields.next(); field != 0; field = fields.next()) {
            if (field == 1) {
                takeKey();
            } else if (field == 2) {
                takeValue();
            }
        }
    }

    private void readDelete() {
        deletes = true;
        for (int field = fields.next(); field != 0; field = fields.next()) {
            if (field == 1) {
                takeKey();
            }
        }
    }

    private void readIncrement() {
        for (int field = fields.next(); field != 0; field = fields.next()) {
            if (field == 1) {
                takeKey();
            } else if (field == 2) {
                delta = fields.signed();
            }
        }
    }

    private void readCompareAndSet() {
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> takeKey();
                case 2 -> {
                    fields.expectDelimited();
                    expectation = Expectation.VALUE;
                    expectedOffset = fields.offset();
                    expectedLength = fields.length();
                }
                case 3 -> {
                    expectation = Expectation.REVISION;
                    expectedRevision = fields.varint();
                }
                case 4 -> {
                    fields.expectTrue();
                    expectation = Expectation.ABSENT;
                }
                case 5 -> {
                    takeValue();
                    sets = true;
                    deletes = false;
                }
                case 6 -> {
                    fields.expectTrue();
                    sets = false;
                    deletes = true;
                }
                default -> {
                    // A field of a later release that changes nothing at this level.
                }
            }
        }
        if (expectation == Expectation.NONE || (!sets && !deletes)) {
            throw new MalformedBytesException("a compare-and-set without expectation or change");
        }
    }

    private void takeKey() {
        fields.expectDelimited();
        keyOffset = fields.offset();
        keyLength = fields.length();
    }

    private void takeValue() {
        fields.expectDelimited();
        valueOffset = fields.offset();
        valueLength = fields.length();
    }

    LogOperationType type() {
        return type;
    }

    /** The array that all slices refer to. */
    byte[] array() {
        return array;
    }

    int keyOffset() {
        return keyOffset;
    }

    int keyLength() {
        return keyLength;
    }

    int valueOffset() {
        return valueOffset;
    }

    int valueLength() {
        return valueLength;
    }

    /** Whether the change is to remove the key. */
    boolean deletes() {
        return deletes;
    }

    Expectation expectation() {
        return expectation;
    }

    int expectedOffset() {
        return expectedOffset;
    }

    int expectedLength() {
        return expectedLength;
    }

    long expectedRevision() {
        return expectedRevision;
    }

    /** What to add to a counter. */
    long delta() {
        return delta;
    }
}
