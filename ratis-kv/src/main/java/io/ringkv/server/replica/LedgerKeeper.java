package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.raft.DivisionState;
import java.util.HashMap;
import java.util.Map;

/**
 * Notes in the ledger what replicas have come to be and to hold by themselves: a joining one is a voter; so much was committed.
 * Both only make a later loss noticed and explained, so nothing waits for them. One thread.
 */
final class LedgerKeeper {
    private final ServerId self;
    private final ReplicaLedger ledger;
    private final HostedReplicas replicas;

    LedgerKeeper(ServerId self, ReplicaLedger ledger, HostedReplicas replicas) {
        this.self = self;
        this.ledger = ledger;
        this.replicas = replicas;
    }

    /**
     * Writes what is to be noted, all by one write, or nothing.
     *
     * @param floorStep what was committed is noted anew after so many entries
     */
    void keep(long floorStep) {
        Map<GroupId, LedgerEntry> before = new HashMap<>();
        Map<GroupId, LedgerEntry> after = new HashMap<>();
        for (HostedReplica replica : replicas.all()) {
            LedgerEntry entry = ledger.entry(replica.group());
            if (entry != null) {
                LedgerEntry noted = noted(entry, replica, floorStep);
                if (!noted.equals(entry)) {
                    before.put(entry.group(), entry);
                    after.put(entry.group(), noted);
                }
            }
        }
        if (!after.isEmpty()) {
            ledger.change(present -> replace(present, before, after));
        }
    }

    private LedgerEntry noted(LedgerEntry entry, HostedReplica replica, long floorStep) {
        LedgerEntry noted = entry;
        DivisionState division = replica.divisionState();
        boolean joined = entry.state() == LedgerEntry.State.JOINING
                && (division.voters().contains(self.value())
                        || division.previousVoters().contains(self.value()));
        if (joined) {
            noted = noted.withState(LedgerEntry.State.MEMBER, "");
        }
        long applied = replica.appliedIndex();
        long floor = entry.committedFloor();
        if (applied >= 0 && (floor < 0 || applied - floor >= floorStep)) {
            noted = noted.withFloor(applied);
        }
        return noted;
    }

    /** What another thread has changed meanwhile is not touched: it may be about another replica of the group by now. */
    private static Ledger replace(Ledger present, Map<GroupId, LedgerEntry> before, Map<GroupId, LedgerEntry> after) {
        Ledger changed = present;
        for (LedgerEntry entry : present.entries().values()) {
            LedgerEntry noted = after.get(entry.group());
            if (noted != null && entry.equals(before.get(entry.group()))) {
                changed = changed.with(noted);
            }
        }
        return changed;
    }
}
