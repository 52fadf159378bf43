package io.ringkv.cli.transfer;

import java.util.TreeMap;

/**
 * Finds out how far from the beginning everything is acknowledged, while acknowledgements come in any order. Not safe for
 * several threads at once: callers hold a lock.
 */
final class AcknowledgedPrefix {
    private final TreeMap<Long, TransferRecord> beyond = new TreeMap<>();
    private final DataDigest digest = new DataDigest();

    /** Notes that the record with this number, from 0, is acknowledged. */
    void acknowledge(long number, TransferRecord record) {
        beyond.put(number, record);
        while (!beyond.isEmpty() && beyond.firstKey() == digest.count()) {
            digest.add(beyond.pollFirstEntry().getValue());
        }
    }

    /** Number of records from the beginning that are all acknowledged. */
    long length() {
        return digest.count();
    }

    /** Number of acknowledged records that come after a gap. */
    int beyond() {
        return beyond.size();
    }

    String digest() {
        return digest.hex();
    }
}
