package io.ringkv.server.door;

import io.ringkv.server.engine.StoredRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer to a read: {@code GetResult}, {@code MultiGetResult} and {@code ScanResult} all start with entries
 * in field 1, so one class writes them.
 *
 * @param records what was found, in the order of the answer
 * @param withValues whether values are part of the answer
 * @param next where the next page starts; null when this is no page or the last one
 */
record Entries(List<StoredRecord> records, boolean withValues, byte @Nullable [] next) {
    private static final int ENTRY = 1;
    private static final int MORE = 2;
    private static final int NEXT_START = 3;

    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int CREATE_REVISION = 3;
    private static final int MOD_REVISION = 4;
    private static final int VERSION = 5;

    /** Encoded size in bytes. */
    int size() {
        int size = 0;
        for (StoredRecord each : records) {
            size += WireBuffer.sizeOfMessage(ENTRY, sizeOf(each));
        }
        if (next != null) {
            size += WireBuffer.sizeOfBool(MORE, true) + WireBuffer.sizeOfBytes(NEXT_START, next.length);
        }
        return size;
    }

    void writeTo(WireBuffer out) {
        for (StoredRecord each : records) {
            out.writeHeader(ENTRY, sizeOf(each));
            out.writeBytes(KEY, each.key());
            if (withValues) {
                out.writeBytes(VALUE, each.value());
            }
            out.writeVarint(CREATE_REVISION, each.createRevision());
            out.writeVarint(MOD_REVISION, each.modRevision());
            out.writeVarint(VERSION, each.version());
        }
        if (next != null) {
            out.writeBool(MORE, true);
            out.writeBytes(NEXT_START, next);
        }
    }

    private int sizeOf(StoredRecord each) {
        return WireBuffer.sizeOfBytes(KEY, each.key().length)
                + (withValues ? WireBuffer.sizeOfBytes(VALUE, each.value().length) : 0)
                + WireBuffer.sizeOfVarint(CREATE_REVISION, each.createRevision())
                + WireBuffer.sizeOfVarint(MOD_REVISION, each.modRevision())
                + WireBuffer.sizeOfVarint(VERSION, each.version());
    }
}
