package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.limit.Limits;
import io.ringkv.rpc.OperationType;
import io.ringkv.server.engine.ScanPage;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.engine.StoredRecord;
import io.ringkv.server.shard.ShardMeta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a replica's state and makes the answer of it.
 *
 * <p>The range and the revision are taken from the state <em>after</em> the records: so the range was in force when they
 * were read (if its epoch is still that of before), and the revision is at least that of what was read. A client that
 * presents it elsewhere sees no older state there; the revision from before could have let it go back in time.
 */
final class StoreRead {
    private static final int ATTEMPTS = 3;

    private StoreRead() {}

    static Answer answer(OperationType type, OperationBody body, ShardReader reader, NewerRecords records) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ShardMeta before = reader.meta();
            if (before == null) {
                break;
            }
            Refusal outside = RangeCheck.check(body, before, records);
            if (outside != null) {
                return Answer.of(outside);
            }
            Found found = read(type, body, reader);
            ShardMeta after = reader.meta();
            if (after != null && after.rangeEpoch() == before.rangeEpoch()) {
                return found.answer(after.revision());
            }
        }
        return Answer.of(
                Refusal.of(ErrorCode.UNAVAILABLE, "The shard has no range yet here, or it is changing just now"));
    }

    private static Found read(OperationType type, OperationBody body, ShardReader reader) {
        return switch (type) {
            case OPERATION_TYPE_GET -> get(body, reader);
            case OPERATION_TYPE_MULTI_GET -> multiGet(body, reader);
            case OPERATION_TYPE_SCAN -> scan(body.scan(), reader);
            default -> throw new IllegalArgumentException("operation type: " + type + " (expected: a read)");
        };
    }

    private static Found get(OperationBody body, ShardReader reader) {
        StoredRecord stored = reader.get(body.key(0));
        return stored == null
                ? Answer::absent
                : revision -> Answer.found(new Entries(List.of(stored), body.valuesWanted(), null), revision);
    }

    private static Found multiGet(OperationBody body, ShardReader reader) {
        List<@Nullable StoredRecord> stored = reader.multiGet(body.keys(), Limits.MAX_PAGE_BYTES);
        if (stored == null) {
            Refusal tooLarge = Refusal.of(
                    ErrorCode.FRAME_TOO_LARGE,
                    "The records of the " + body.keyCount() + " keys take more than " + Limits.MAX_PAGE_BYTES
                            + " bytes, the limit of one answer; ask for fewer keys");
            return revision -> Answer.of(tooLarge);
        }
        List<StoredRecord> present = new ArrayList<>(stored.size());
        for (StoredRecord each : stored) {
            if (each != null) {
                present.add(each);
            }
        }
        return revision -> Answer.found(new Entries(present, true, null), revision);
    }

    private static Found scan(ScanFields scan, ShardReader reader) {
        if (scan.empty()) {
            return revision -> Answer.found(new Entries(List.of(), false, null), revision);
        }
        ScanPage page = reader.scan(scan.range());
        return revision -> Answer.found(new Entries(page.records(), !scan.keysOnly(), page.next()), page.revision());
    }

    /** What was read, to be completed by the revision. */
    private interface Found {
        Answer answer(long revision);
    }
}
