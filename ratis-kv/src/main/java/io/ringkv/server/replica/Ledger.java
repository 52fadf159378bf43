package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a server must never forget, at one moment.
 *
 * @param managerTerm highest term of a manager ever obeyed
 * @param bootId which run of the host's operating system the server ran in last; empty = unknown
 * @param stoppedInOrder everything was closed and forced before the server ended
 * @param entries all replicas ever hosted, by group; never dropped
 */
record Ledger(long managerTerm, String bootId, boolean stoppedInOrder, SortedMap<GroupId, LedgerEntry> entries) {
    /** Of a server that has hosted nothing yet. */
    static final Ledger EMPTY = new Ledger(0, "", true, new TreeMap<>());

    Ledger {
        Objects.requireNonNull(bootId, "bootId");
        if (managerTerm < 0) {
            throw new IllegalArgumentException("manager term: " + managerTerm + " (expected: 0 or more)");
        }
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /** The same with this entry in place of the one of its group. */
    Ledger with(LedgerEntry entry) {
        TreeMap<GroupId, LedgerEntry> changed = new TreeMap<>(entries);
        changed.put(entry.group(), entry);
        return new Ledger(managerTerm, bootId, stoppedInOrder, changed);
    }

    /** The same with a manager term that is never lowered. */
    Ledger withManagerTerm(long term) {
        return new Ledger(Math.max(managerTerm, term), bootId, stoppedInOrder, entries);
    }

    /** The same, running in this run of the host. */
    Ledger running(String boot) {
        return new Ledger(managerTerm, boot, false, entries);
    }

    /** The same, stopped in good order. */
    Ledger stopped() {
        return new Ledger(managerTerm, bootId, true, entries);
    }

    /**
     * Whether the host may have lost what was written but not forced since the server ran last: it did not stop in good
     * order, and the host's operating system was started anew since, or it is not known whether it was.
     */
    boolean hostStoppedInDisorder(String presentBootId) {
        boolean sameRun = !bootId.isEmpty() && bootId.equals(presentBootId);
        return !stoppedInOrder && !sameRun;
    }
}
