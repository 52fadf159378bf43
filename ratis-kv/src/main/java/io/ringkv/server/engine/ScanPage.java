package io.ringkv.server.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a scan.
 *
 * @param records in key order
 * @param next where the next page starts (inclusive); null when this was the last
 * @param revision shard revision of the state that was read
 */
public record ScanPage(List<StoredRecord> records, byte @Nullable [] next, long revision) {
    public ScanPage {
        records = List.copyOf(records);
    }
}
