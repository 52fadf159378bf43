package io.ringkv.common.limit;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;

/**
 * Checks against {@link Limits}. The client makes them before it sends, so that its caller learns at once; the server
 * makes them again, because it cannot trust every client.
 *
 * <p>Every refusal names the value and the limit.
 */
public final class LimitChecks {

    private LimitChecks() {}

    /**
     * Checks a key.
     *
     * @throws RingKvException {@code KEY_EMPTY} or {@code KEY_TOO_LARGE}
     */
    public static void checkKey(byte[] key) {
        checkKeyLength(key.length);
    }

    /**
     * Checks the length of a key in bytes.
     *
     * @throws RingKvException {@code KEY_EMPTY} or {@code KEY_TOO_LARGE}
     */
    public static void checkKeyLength(int bytes) {
        if (bytes < Limits.MIN_KEY_BYTES) {
            throw new RingKvException(ErrorCode.KEY_EMPTY, "The key has 0 bytes; the least is " + Limits.MIN_KEY_BYTES);
        }
        if (bytes > Limits.MAX_KEY_BYTES) {
            throw tooLarge(ErrorCode.KEY_TOO_LARGE, "The key has", bytes, Limits.MAX_KEY_BYTES);
        }
    }

    /**
     * Checks a value.
     *
     * @throws RingKvException {@code VALUE_TOO_LARGE}
     */
    public static void checkValue(byte[] value) {
        checkValueLength(value.length);
    }

    /**
     * Checks the length of a value in bytes.
     *
     * @throws RingKvException {@code VALUE_TOO_LARGE}
     */
    public static void checkValueLength(int bytes) {
        if (bytes > Limits.MAX_VALUE_BYTES) {
            throw tooLarge(ErrorCode.VALUE_TOO_LARGE, "The value has", bytes, Limits.MAX_VALUE_BYTES);
        }
    }

    /**
     * Checks the size of a batch.
     *
     * @param operations number of operations
     * @param bytes sum of the bytes of all keys and values
     * @throws RingKvException {@code BATCH_EMPTY}, {@code BATCH_TOO_MANY_KEYS} or {@code BATCH_TOO_LARGE}
     */
    public static void checkBatch(int operations, long bytes) {
        if (operations < 1) {
            throw new RingKvException(ErrorCode.BATCH_EMPTY, "The batch has 0 operations; the least is 1");
        }
        if (operations > Limits.MAX_BATCH_KEYS) {
            throw new RingKvException(
                    ErrorCode.BATCH_TOO_MANY_KEYS,
                    "The batch has " + operations + " operations; the limit is " + Limits.MAX_BATCH_KEYS);
        }
        if (bytes > Limits.MAX_BATCH_BYTES) {
            throw tooLarge(
                    ErrorCode.BATCH_TOO_LARGE, "Keys and values of the batch have", bytes, Limits.MAX_BATCH_BYTES);
        }
    }

    /**
     * Checks the number of keys of one read of several keys.
     *
     * @throws RingKvException {@code INVALID_ARGUMENT}
     */
    public static void checkGetKeys(int keys) {
        if (keys < 1 || keys > Limits.MAX_GET_KEYS) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The read names " + keys + " keys; allowed are 1 to " + Limits.MAX_GET_KEYS + " per shard");
        }
    }

    /**
     * Checks the number of entries asked for in a page of a scan.
     *
     * @throws RingKvException {@code SCAN_LIMIT_INVALID}
     */
    public static void checkScanPageEntries(int entries) {
        if (entries < 1 || entries > Limits.MAX_SCAN_PAGE_ENTRIES) {
            throw new RingKvException(
                    ErrorCode.SCAN_LIMIT_INVALID,
                    "The page limit is " + entries + "; allowed are 1 to " + Limits.MAX_SCAN_PAGE_ENTRIES);
        }
    }

    /**
     * Checks the time limit of a request.
     *
     * @throws RingKvException {@code TIMEOUT_INVALID}
     */
    public static void checkRequestTimeoutMillis(long millis) {
        if (millis < 1 || millis > Limits.MAX_REQUEST_TIMEOUT_MILLIS) {
            throw new RingKvException(
                    ErrorCode.TIMEOUT_INVALID,
                    "The time limit is " + millis + " ms; allowed are 1 to " + Limits.MAX_REQUEST_TIMEOUT_MILLIS
                            + " ms");
        }
    }

    /**
     * Checks the size of an encoded operation.
     *
     * @throws RingKvException {@code FRAME_TOO_LARGE}
     */
    public static void checkOperationBytes(long bytes) {
        if (bytes > Limits.MAX_OPERATION_BYTES) {
            throw tooLarge(ErrorCode.FRAME_TOO_LARGE, "The encoded operation has", bytes, Limits.MAX_OPERATION_BYTES);
        }
    }

    /**
     * Checks the size of a message.
     *
     * @throws RingKvException {@code FRAME_TOO_LARGE}
     */
    public static void checkFrameBytes(long bytes) {
        if (bytes > Limits.MAX_FRAME_BYTES) {
            throw tooLarge(ErrorCode.FRAME_TOO_LARGE, "The message has", bytes, Limits.MAX_FRAME_BYTES);
        }
    }

    /**
     * Checks a label of a server or manager: 1 to 63 letters, digits, dots, dashes and underscores.
     *
     * @throws RingKvException {@code INVALID_ARGUMENT}
     */
    public static void checkLabel(String label) {
        boolean valid = !label.isEmpty()
                && label.length() <= Limits.MAX_LABEL_CHARACTERS
                && label.chars().allMatch(LimitChecks::isLabelCharacter);
        if (!valid) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The label is \"" + label + "\"; allowed are 1 to " + Limits.MAX_LABEL_CHARACTERS
                            + " letters, digits, dots, dashes and underscores");
        }
    }

    private static boolean isLabelCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '-'
                || c == '_';
    }

    private static RingKvException tooLarge(ErrorCode code, String what, long bytes, long limit) {
        return RingKvException.builder(code)
                .sentence(what + " " + bytes + " bytes; the limit is " + limit)
                .detail("bytes", bytes)
                .detail("limitBytes", limit)
                .build();
    }
}
