package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.limit.Limits;
import io.ringkv.server.engine.ScanRange;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a SCAN asks for, with prefix, start and end made into one range.
 *
 * @param start first key, inclusive; empty = from the beginning
 * @param end end, exclusive; null = to the end
 * @param limit most entries of the page
 * @param byteLimit the page ends after about so many bytes
 * @param keysOnly leave the values out
 * @param empty whether start and end leave nothing between them
 */
record ScanFields(byte[] start, byte @Nullable [] end, int limit, int byteLimit, boolean keysOnly, boolean empty) {
    static final ScanFields NONE = new ScanFields(new byte[0], null, 1, 1, true, true);

    /** For the engine. */
    ScanRange range() {
        return new ScanRange(start, end, limit, byteLimit, keysOnly);
    }

    /** @throws RingKvException {@code INVALID_ARGUMENT}, {@code SCAN_LIMIT_INVALID} or {@code KEY_TOO_LARGE} */
    static ScanFields read(FieldReader in, byte[] frame) {
        byte[] start = {};
        byte[] end = {};
        byte[] prefix = {};
        long limit = 0;
        long byteLimit = 0;
        boolean keysOnly = false;
        int seen = 0;
        while (in.next()) {
            int field = in.field();
            if (field > 6) {
                throw in.unknown();
            }
            seen = in.once(seen, 1 << field);
            switch (field) {
                case 1 -> start = bound(in, frame);
                case 2 -> end = bound(in, frame);
                case 3 -> prefix = bound(in, frame);
                case 4 -> limit = in.varint();
                case 5 -> keysOnly = in.varint() != 0;
                default -> byteLimit = in.varint();
            }
        }
        int entries =
                limit == 0 ? Limits.MAX_SCAN_PAGE_ENTRIES : (int) Math.min(limit & Long.MAX_VALUE, Integer.MAX_VALUE);
        LimitChecks.checkScanPageEntries(entries);
        int bytes = byteLimit == 0 ? Limits.MAX_PAGE_BYTES : checkedBytes(byteLimit);
        return of(start, end, prefix, entries, bytes, keysOnly);
    }

    private static ScanFields of(byte[] start, byte[] end, byte[] prefix, int entries, int bytes, boolean keysOnly) {
        byte[] from = Arrays.compareUnsigned(start, prefix) >= 0 ? start : prefix;
        byte[] afterPrefix = firstAfterPrefix(prefix);
        byte[] to = end.length == 0 ? afterPrefix : end;
        if (afterPrefix != null && to != null && Arrays.compareUnsigned(afterPrefix, to) < 0) {
            to = afterPrefix;
        }
        boolean empty = to != null && Arrays.compareUnsigned(from, to) >= 0;
        return new ScanFields(from, to, entries, bytes, keysOnly, empty);
    }

    /** The smallest key that is greater than all keys with this prefix; null when there is none. */
    static byte @Nullable [] firstAfterPrefix(byte[] prefix) {
        int last = prefix.length - 1;
        while (last >= 0 && prefix[last] == (byte) 0xFF) {
            last--;
        }
        if (last < 0) {
            return null;
        }
        byte[] after = Arrays.copyOf(prefix, last + 1);
        after[last]++;
        return after;
    }

    private static byte[] bound(FieldReader in, byte[] frame) {
        int length = in.slice();
        // One byte more than a key may have: the continuation after the longest key is that key and a zero byte.
        if (length > Limits.MAX_KEY_BYTES + 1) {
            LimitChecks.checkKeyLength(length);
        }
        return Arrays.copyOfRange(frame, in.sliceOffset(), in.sliceOffset() + length);
    }

    private static int checkedBytes(long byteLimit) {
        if (byteLimit < 1 || byteLimit > Limits.MAX_PAGE_BYTES) {
            throw new RingKvException(
                    ErrorCode.SCAN_LIMIT_INVALID,
                    "The page's byte limit is " + Long.toUnsignedString(byteLimit) + "; allowed are 1 to "
                            + Limits.MAX_PAGE_BYTES);
        }
        return (int) byteLimit;
    }
}
