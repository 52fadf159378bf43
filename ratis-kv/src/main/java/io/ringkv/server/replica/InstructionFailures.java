package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What came of the last instruction about each group that could not be carried out, for the report to the manager. Holds at
 * most one sentence per group in the ledger. Thread-safe.
 */
final class InstructionFailures {
    private static final int MAX_CHARS = 300;

    private final ReplicaLedger ledger;
    private final ConcurrentHashMap<GroupId, String> failures = new ConcurrentHashMap<>();

    InstructionFailures(ReplicaLedger ledger) {
        this.ledger = ledger;
    }

    void note(GroupId group, String failure) {
        if (ledger.entry(group) != null) {
            failures.put(group, failure.length() <= MAX_CHARS ? failure : failure.substring(0, MAX_CHARS));
        }
    }

    /** The last instruction was obeyed. */
    void clear(GroupId group) {
        failures.remove(group);
    }

    /** The last failure; empty when there is none. */
    String of(GroupId group) {
        return failures.getOrDefault(group, "");
    }
}
