package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import io.ringkv.raft.DivisionState;
import io.ringkv.raft.FollowerProgress;
import io.ringkv.raft.RaftDivision;
import io.ringkv.server.shard.ShardMeta;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the instructions to a shard's leader have in common: who leads here, and what it knows. */
final class LeaderDesk {
    private static final long MOST_SILENT_MILLIS = 1_000;
    private static final VoterRules.Situation NOT_LEADING =
            new VoterRules.Situation(false, 0, 0, 0, Set.of(), false, 0, Set.of());

    /**
     * A replica at one moment.
     *
     * @param meta what the shard knows of itself by what was applied
     * @param term the term in which all this was so
     * @param situation what the rules ask for
     */
    record Leader(
            HostedReplica replica, RaftDivision division, ShardMeta meta, long term, VoterRules.Situation situation) {}

    private final ServerId self;
    private final HostedReplicas replicas;
    private final ReplicaLedger ledger;

    LeaderDesk(ServerId self, HostedReplicas replicas, ReplicaLedger ledger) {
        this.self = self;
        this.replicas = replicas;
        this.ledger = ledger;
    }

    /**
     * The replica the instruction is about, if it leads and is ready to, else null. Applied entries are read after
     * readiness, so nothing is missing that an earlier leader had committed.
     *
     * @throws RefusedException if this server has no open replica
     */
    @Nullable
    Leader leader(InstructionAction.Order order) throws RefusedException {
        HostedReplica replica = replicas.of(order.group());
        RaftDivision division = replica == null ? null : replica.raftDivision();
        if (replica == null || division == null) {
            throw new RefusedException("this server has no open replica of it");
        }
        DivisionState state = division.state();
        if (!state.running() || !state.ready() || !state.settled() || replica.failure() != null) {
            return null;
        }
        ShardMeta meta = replica.meta();
        if (meta == null) {
            return null;
        }
        return new Leader(replica, division, meta, state.term(), situation(division, state, meta));
    }

    private VoterRules.Situation situation(RaftDivision division, DivisionState state, ShardMeta meta) {
        Set<Long> answering = new HashSet<>(Set.of(self.value()));
        for (FollowerProgress follower : division.followers()) {
            if (follower.silentMillis() <= MOST_SILENT_MILLIS) {
                answering.add(follower.id());
            }
        }
        return new VoterRules.Situation(
                true,
                self.value(),
                meta.replicaEpoch(),
                meta.currentOperation(),
                state.voters(),
                !state.previousVoters().isEmpty() || !state.configurationCommitted(),
                division.staged(),
                answering);
    }

    /** What the rules are asked about. */
    static VoterRules.Situation situationOf(@Nullable Leader leader) {
        return leader == null ? NOT_LEADING : leader.situation();
    }

    /** Whether it still leads in the same term and is bound by the same fence. */
    static boolean isUnchanged(Leader before) {
        ShardMeta meta = before.replica().meta();
        return meta != null
                && meta.replicaEpoch() == before.meta().replicaEpoch()
                && meta.currentOperation() == before.meta().currentOperation()
                && before.division().runningTerm() == before.term();
    }

    /**
     * Remembers the manager. The replica epoch is not remembered here: what a leader may do is fenced by its log, and what its
     * server may do to its own replica by the ledger; the two must not get into each other's way.
     */
    void accept(InstructionAction.Order order) {
        if (order.managerTerm() > ledger.present().managerTerm()) {
            ledger.change(present -> present.withManagerTerm(order.managerTerm()));
        }
    }
}
