package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * First placement of all shards. Group ids and lineages are random and therefore minted by whoever proposes it.
 *
 * <p>Placement is made once for all: a second one, however it came about, is refused, because the servers may hold data of
 * the first.
 *
 * @param shards all shards, as they shall be
 */
public record PlaceShards(List<ManagedShard> shards) implements ClusterCommand {

    /** Keeps a copy in the order of shard numbers. */
    public PlaceShards {
        shards = shards.stream()
                .sorted(Comparator.comparing(shard -> shard.record().id()))
                .toList();
    }

    @Override
    public Decision decide(ClusterState state) {
        Founding founding = state.founding();
        if (founding == null) {
            return Decision.refuse(ErrorCode.NOT_BOOTSTRAPPED, "The cluster does not exist yet");
        }
        if (state.isPlaced()) {
            return Decision.refuse(
                    ErrorCode.CONDITION_FAILED, "The " + state.shards().size() + " shards are placed already");
        }
        String flaw = flaw(state, founding);
        return flaw == null
                ? Decision.of(new ShardsPlaced(shards))
                : Decision.refuse(ErrorCode.INVALID_ARGUMENT, "The placement is not valid: " + flaw);
    }

    private @Nullable String flaw(ClusterState state, Founding founding) {
        ClusterSettings settings = founding.settings();
        if (shards.size() != settings.shards()) {
            return "it has " + shards.size() + " shards, not " + settings.shards();
        }
        if (distinct(shards.stream().map(shard -> shard.record().id()).toList()) != shards.size()) {
            return "a shard occurs twice";
        }
        if (distinct(shards.stream().map(shard -> shard.record().group()).toList()) != shards.size()
                || distinct(shards.stream().map(ManagedShard::lineage).toList()) != shards.size()) {
            return "a group id or lineage occurs twice";
        }
        if (!coversRing(founding)) {
            return "the ranges do not cover the ring once";
        }
        for (ManagedShard shard : shards) {
            String shardFlaw = flaw(state, shard);
            if (shardFlaw != null) {
                return "shard " + shard.record().id() + " " + shardFlaw;
            }
        }
        return null;
    }

    private static @Nullable String flaw(ClusterState state, ManagedShard shard) {
        ShardRecord record = shard.record();
        if (record.incarnation() != ManagedShard.FIRST_INCARNATION
                || record.rangeEpoch() != ManagedShard.FIRST_EPOCH
                || record.replicaEpoch() != ManagedShard.FIRST_EPOCH
                || shard.reservedEpoch() != ManagedShard.FIRST_EPOCH
                || shard.settled()) {
            return "does not begin with incarnation and epochs 1, unsettled";
        }
        List<ServerId> voters = record.voters();
        if (voters.size() != record.replicas().size() || voters.size() != state.replicationFactor()) {
            return "has " + voters.size() + " voters among " + record.replicas().size() + " replicas, not "
                    + state.replicationFactor();
        }
        for (ServerId voter : voters) {
            RegisteredServer server = state.servers().get(voter);
            if (server == null || server.record().state() != ServerState.ACTIVE) {
                return "has a voter that is not ACTIVE: " + voter;
            }
            if (server.levelHighest() < shard.level()) {
                return "starts at level " + shard.level() + ", which " + voter + " cannot apply";
            }
        }
        return null;
    }

    private boolean coversRing(Founding founding) {
        List<ShardRecord> records = shards.stream().map(ManagedShard::record).toList();
        return new ShardMap(founding.cluster(), 0, 0, records, List.of(), List.of()).isComplete();
    }

    private static <T> int distinct(List<T> values) {
        return Set.copyOf(values).size();
    }

    @Override
    public boolean isLeadersDecision() {
        return true;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.place(this);
    }
}
