package io.ringkv.server.shard;

import java.util.List;

/**
 * Outcomes of all operations of one applied entry, in entry order.
 *
 * @param position where the entry stands in the log
 * @param operations one outcome per operation
 */
public record EntryOutcome(Position position, List<OperationOutcome> operations) {
    public EntryOutcome {
        operations = List.copyOf(operations);
    }
}
