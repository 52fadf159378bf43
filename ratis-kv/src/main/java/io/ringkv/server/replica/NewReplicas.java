package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.TokenRange;
import io.ringkv.server.log.LogFormat;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What making the first replicas of a shard and making one that joins have in common. */
final class NewReplicas {
    private final ReplicaLedger ledger;
    private final HostedReplicas replicas;
    private final ReplicaOpener opener;
    private final NanoClock clock;
    private final Executor control;

    NewReplicas(
            ReplicaLedger ledger, HostedReplicas replicas, ReplicaOpener opener, NanoClock clock, Executor control) {
        this.ledger = ledger;
        this.replicas = replicas;
        this.opener = opener;
        this.clock = clock;
        this.control = control;
    }

    /**
     * What the ledger is to say while the replica is being made.
     *
     * @throws RefusedException if the instruction cannot be meant
     */
    LedgerEntry entry(InstructionAction.Order order, @Nullable TokenRange range, long rangeEpoch, int level)
            throws RefusedException {
        if (range == null) {
            throw new RefusedException("it names no range");
        }
        if (level < LogFormat.LOWEST_LEVEL || level > LogFormat.HIGHEST_LEVEL) {
            throw new RefusedException("log level " + level + " is not known (known: " + LogFormat.LOWEST_LEVEL + " to "
                    + LogFormat.HIGHEST_LEVEL + ")");
        }
        LedgerEntry entry = new LedgerEntry(
                new ShardId(order.message().getShard()),
                order.group(),
                order.message().getIncarnation(),
                LedgerEntry.State.PREPARED,
                order.epoch(),
                order.managerTerm(),
                new io.ringkv.common.ring.TokenRange(
                        new Token(range.getStartExclusive()), new Token(range.getEndInclusive())),
                rangeEpoch,
                level,
                -1,
                "");
        checkIncarnation(entry);
        return entry;
    }

    private void checkIncarnation(LedgerEntry entry) throws RefusedException {
        for (LedgerEntry other : ledger.present().entries().values()) {
            boolean sameLife = other.shard().equals(entry.shard())
                    && other.incarnation() >= entry.incarnation()
                    && !other.group().equals(entry.group());
            if (sameLife) {
                throw new RefusedException(
                        "the ledger knows incarnation " + other.incarnation() + " of the shard already");
            }
        }
    }

    /** Writes it into the ledger, with the manager it comes from; durable when this returns. */
    void write(InstructionAction.Order order, LedgerEntry entry) {
        ledger.change(present -> present.withManagerTerm(order.managerTerm()).with(entry));
    }

    /** Hosts the replica from now on, and opens it, in the background. */
    void host(LedgerEntry entry) {
        GroupId group = entry.group();
        HostedReplica former = replicas.of(group);
        if (former != null) {
            replicas.remove(former);
        }
        HostedReplica replica = new HostedReplica(entry, clock, control);
        replicas.add(replica);
        opener.open(replica);
    }
}
