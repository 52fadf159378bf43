package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.DigestAt;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ReplicaReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the states of each shard's replicas by what heartbeats say of them, all the time. A replica that differs from a
 * majority is told to give up what it has, and is then made anew as any other that was lost. Where no majority agrees nothing
 * is touched, and people are told: there is no telling which is right.
 *
 * <p>Belongs to the control thread.
 */
final class DivergenceDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DivergenceDesk.class);
    private static final int NOTICES_MOST = 20;

    private final Fleet fleet;
    private final SortedMap<ShardId, Divergence> found = new TreeMap<>();
    private ClusterState state;

    DivergenceDesk(Fleet fleet, ClusterState state) {
        this.fleet = fleet;
        this.state = state;
    }

    void update(ClusterState newer) {
        state = newer;
        found.keySet().retainAll(newer.shards().keySet());
    }

    /** A server said something about this shard. */
    void reported(ManagedShard shard) {
        ShardId id = shard.record().id();
        Divergence divergence = look(shard);
        if (divergence == null) {
            found.remove(id);
        } else if (!divergence.equals(found.put(id, divergence))) {
            LOG.error(
                    "event=replicas-differ shard={} index={} decided={} odd={}",
                    id,
                    divergence.index(),
                    divergence.isDecided(),
                    divergence.odd().keySet());
        }
    }

    private @Nullable Divergence look(ManagedShard shard) {
        List<Divergence.Statement> said = new ArrayList<>();
        for (ServerId voter : shard.record().voters()) {
            ReplicaReport report = fleet.replica(voter, shard);
            if (report != null) {
                addIfThere(said, voter, report.getMarkDigest());
                addIfThere(said, voter, report.getStateDigest());
            }
        }
        return Divergence.find(shard.record().voters().size(), said);
    }

    private static void addIfThere(List<Divergence.Statement> said, ServerId voter, DigestAt digest) {
        if (!digest.getDigest().isEmpty()) {
            said.add(new Divergence.Statement(voter, digest));
        }
    }

    /** What a server is to give up: one replica of a shard at a time, and none of a shard that is being changed. */
    List<Instruction> instructionsFor(ServerId server) {
        List<Instruction> instructions = new ArrayList<>();
        for (Map.Entry<ShardId, Divergence> each : found.entrySet()) {
            Divergence divergence = each.getValue();
            ManagedShard shard = state.shards().get(each.getKey());
            DigestAt wrong = divergence.odd().get(server);
            if (wrong != null
                    && shard != null
                    && divergence.isDecided()
                    && server.equals(divergence.odd().firstKey())
                    && state.operations().of(each.getKey()) == null) {
                instructions.add(Instructions.giveUp(shard, wrong));
            }
        }
        return instructions;
    }

    /** What people have to know: sentences, not all of very many. */
    List<String> notices() {
        return found.entrySet().stream()
                .limit(NOTICES_MOST)
                .map(each -> sentence(each.getKey(), each.getValue()))
                .toList();
    }

    private String sentence(ShardId shard, Divergence divergence) {
        String who = String.join(
                ", ", divergence.odd().keySet().stream().map(this::label).toList());
        return divergence.isDecided()
                ? "The replica of shard " + shard + " on " + who + " differs from the others at index "
                        + divergence.index() + "; it is being made anew."
                : "The replicas of shard " + shard + " on " + who + " differ from each other at index "
                        + divergence.index()
                        + " and no majority agrees: nothing is done about it. Keep the data directories and report it.";
    }

    private String label(ServerId server) {
        var known = state.servers().get(server);
        return known == null ? server.toString() : known.record().label();
    }
}
