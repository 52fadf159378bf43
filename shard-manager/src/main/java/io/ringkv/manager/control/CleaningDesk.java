package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.operation.Cleaning;
import io.ringkv.manager.operation.LeaderSighting;
import io.ringkv.manager.operation.VoterConfiguration;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ConfirmCleaning;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.OrderCleaning;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Has replicas deleted that do not vote: tells their servers whenever they report, until they report that it is done; and
 * finds those that nobody knows of, such as one whose preparation arrived after all was over. Belongs to the control thread.
 */
final class CleaningDesk {

    private static final String ABSENT = "ABSENT";

    private final Fleet fleet;
    private final ShardSightings sightings;
    private final OperationDesk.Proposals proposals;
    private ClusterState state;
    private Map<ServerId, List<Cleaning>> byServer = Map.of();

    CleaningDesk(Fleet fleet, ShardSightings sightings, ClusterState state, OperationDesk.Proposals proposals) {
        this.fleet = fleet;
        this.sightings = sightings;
        this.proposals = proposals;
        this.state = state;
        update(state);
    }

    /** The log went on. */
    void update(ClusterState newer) {
        state = newer;
        Map<ServerId, List<Cleaning>> sorted = new TreeMap<>();
        for (Cleaning cleaning : newer.operations().cleanings()) {
            sorted.computeIfAbsent(cleaning.server(), first -> new ArrayList<>())
                    .add(cleaning);
        }
        byServer = sorted;
    }

    /** Time went on: nothing is to be expected of servers that were removed. */
    void tick() {
        for (Map.Entry<ServerId, List<Cleaning>> entry : byServer.entrySet()) {
            if (state.stateOf(entry.getKey()) == ServerState.REMOVED) {
                entry.getValue().forEach(this::confirm);
            }
        }
    }

    /** A server has reported. */
    void reported(ServerId server, HeartbeatRequest heartbeat) {
        for (Cleaning cleaning : byServer.getOrDefault(server, List.of())) {
            ReplicaReport report = fleet.replica(server, cleaning.group());
            if (report == null) {
                continue;
            }
            if (isDone(report, cleaning)) {
                confirm(cleaning);
            } else if (report.getLedgerReplicaEpoch() >= cleaning.epoch()
                    && report.getLedgerState() != LedgerState.LEDGER_STATE_REMOVED) {
                orderAbove(cleaning, report);
            }
        }
        heartbeat.getReplicasList().forEach(report -> lookForStray(server, report));
    }

    private static boolean isDone(ReplicaReport report, Cleaning cleaning) {
        return report.getLedgerState() == LedgerState.LEDGER_STATE_REMOVED
                && report.getLedgerReplicaEpoch() >= cleaning.epoch()
                && report.getLifeCycle().equals(ABSENT);
    }

    private void confirm(Cleaning cleaning) {
        proposals.propose(
                subject(cleaning.shard(), cleaning.server()),
                new ConfirmCleaning(cleaning.shard(), cleaning.server(), cleaning.epoch()));
    }

    private static String subject(ShardId shard, ServerId server) {
        return "clean " + shard + " at " + server;
    }

    /** The server has obeyed a higher epoch than the one it is to be told: it would refuse for ever. */
    private void orderAbove(Cleaning cleaning, ReplicaReport report) {
        ManagedShard shard = state.shards().get(cleaning.shard());
        if (shard != null && shard.record().group().equals(cleaning.group())) {
            order(shard, cleaning.server(), report);
        }
    }

    private void lookForStray(ServerId server, ReplicaReport report) {
        LedgerState ledger = report.getLedgerState();
        ManagedShard shard = report.getShard() < 1 ? null : state.shards().get(new ShardId(report.getShard()));
        if (shard == null
                || (ledger != LedgerState.LEDGER_STATE_PREPARED && ledger != LedgerState.LEDGER_STATE_MEMBER)
                || !IdMessages.toBytes(shard.record().group()).equals(report.getGroupId())
                || shard.record().voters().contains(server)) {
            return;
        }
        ShardId id = shard.record().id();
        if (state.operations().of(id) == null && state.operations().cleaning(id, server) == null) {
            order(shard, server, report);
        }
    }

    private void order(ManagedShard shard, ServerId server, ReplicaReport report) {
        VoterConfiguration present = settledWithout(server, shard);
        if (present != null) {
            ShardId id = shard.record().id();
            proposals.propose(
                    subject(id, server), new OrderCleaning(id, server, present, report.getLedgerReplicaEpoch()));
        }
    }

    /** The committed configuration that the shard's leader reports, if the server is not in it. */
    private @Nullable VoterConfiguration settledWithout(ServerId server, ManagedShard shard) {
        LeaderSighting leader = sightings.leader(shard);
        return leader == null
                        || !leader.isSettled()
                        || leader.staged() != null
                        || leader.configuration().voters().contains(server)
                ? null
                : leader.configuration();
    }

    /**
     * What the server is to delete.
     *
     * @param most how many at most
     */
    List<Instruction> instructionsFor(ServerId server, int most) {
        List<Instruction> instructions = new ArrayList<>();
        for (Cleaning cleaning : byServer.getOrDefault(server, List.of())) {
            ManagedShard shard = state.shards().get(cleaning.shard());
            if (shard != null && instructions.size() < most && isReplaced(cleaning, shard)) {
                instructions.add(Instructions.clean(shard, cleaning, newest(cleaning, shard)));
            }
        }
        return instructions;
    }

    /** What is left of a former incarnation is precious until the present one leads a life of its own. */
    private boolean isReplaced(Cleaning cleaning, ManagedShard shard) {
        return cleaning.group().equals(shard.record().group()) || fleet.leaderOf(shard) != null;
    }

    /** Every election writes the configuration anew; what the replica knows may lie above the one that was ordered by. */
    private VoterConfiguration newest(Cleaning cleaning, ManagedShard shard) {
        VoterConfiguration ordered = cleaning.configuration();
        if (!shard.record().group().equals(cleaning.group())) {
            return ordered;
        }
        VoterConfiguration present = settledWithout(cleaning.server(), shard);
        return present != null
                        && present.isAfter(ordered)
                        && Set.copyOf(present.voters())
                                .equals(Set.copyOf(shard.record().voters()))
                ? present
                : ordered;
    }
}
