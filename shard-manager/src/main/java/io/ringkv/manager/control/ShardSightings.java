package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.operation.FollowerSighting;
import io.ringkv.manager.operation.Holding;
import io.ringkv.manager.operation.LeaderSighting;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.ReplicaSighting;
import io.ringkv.manager.operation.ShardObservation;
import io.ringkv.manager.operation.VoterConfiguration;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.FollowerReport;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What reports show of a shard, in the words of operations. Belongs to the control thread. */
final class ShardSightings {

    private static final Set<String> OPEN = Set.of("STARTING", "RUNNING");

    private final Fleet fleet;
    private final Predicate<ServerId> isHeard;

    /** @param isHeard whether a server is heard */
    ShardSightings(Fleet fleet, Predicate<ServerId> isHeard) {
        this.fleet = fleet;
        this.isHeard = isHeard;
    }

    /** What is seen of a shard for an operation on it. */
    ShardObservation of(ClusterState state, ManagedShard shard, OperationOrder order) {
        Set<ServerId> servers = serversConcerned(shard, order);
        SortedMap<ServerId, ReplicaSighting> replicas = new TreeMap<>();
        servers.forEach(server -> replicas.put(server, replica(state, shard, server)));
        return new ShardObservation(leader(shard, servers), replicas);
    }

    /**
     * Servers whose reports tell how an operation goes, and which it may instruct: the voters, the source, and the target,
     * which may lead as soon as it votes, and that is before the manager has logged that it does.
     */
    static SortedSet<ServerId> serversConcerned(ManagedShard shard, OperationOrder order) {
        SortedSet<ServerId> servers = new TreeSet<>(shard.record().voters());
        if (order.source() != null) {
            servers.add(order.source());
        }
        if (order.target() != null) {
            servers.add(order.target());
        }
        return servers;
    }

    /** The ready leader of the highest term among the shard's voters; null if there is none. */
    @Nullable
    LeaderSighting leader(ManagedShard shard) {
        return leader(shard, new TreeSet<>(shard.record().voters()));
    }

    private @Nullable LeaderSighting leader(ManagedShard shard, Set<ServerId> servers) {
        ServerId leader = null;
        ReplicaReport newest = null;
        for (ServerId server : servers) {
            ReplicaReport report = fleet.replica(server, shard);
            if (report != null
                    && leads(report)
                    && isHeard.test(server)
                    && (newest == null || report.getTerm() > newest.getTerm())) {
                leader = server;
                newest = report;
            }
        }
        return leader == null || newest == null ? null : leader(leader, newest);
    }

    private static boolean leads(ReplicaReport report) {
        return report.getLeaderReady()
                && report.getVotersCount() > 0
                && report.getFailure().isEmpty();
    }

    private static LeaderSighting leader(ServerId server, ReplicaReport report) {
        SortedMap<ServerId, FollowerSighting> followers = new TreeMap<>();
        for (FollowerReport follower : report.getFollowersList()) {
            followers.put(
                    IdMessages.serverId(follower.getServerId()),
                    new FollowerSighting(
                            follower.getSilentMillis(),
                            Math.max(0, report.getCommitIndex() - follower.getMatchIndex())));
        }
        return new LeaderSighting(
                server,
                report.getTerm(),
                configuration(report),
                report.getConfigurationCommitted() && !report.getConfigurationTransitional(),
                report.getReplicaEpoch(),
                report.getFenceOperation(),
                IdMessages.optionalServerId(report.getStagedServer()),
                followers,
                report.getInstructionFailure());
    }

    private static VoterConfiguration configuration(ReplicaReport report) {
        return new VoterConfiguration(
                report.getVotersList().stream().map(IdMessages::serverId).toList(),
                report.getConfigurationTerm(),
                report.getConfigurationIndex());
    }

    private ReplicaSighting replica(ClusterState state, ManagedShard shard, ServerId server) {
        RegisteredServer known = state.servers().get(server);
        ServerState logged = state.stateOf(server);
        ReplicaReport report = fleet.replica(server, shard);
        return new ReplicaSighting(
                known == null ? server.toString() : known.record().label(),
                isHeard.test(server) && fleet.latest(server) != null,
                logged == null || logged == ServerState.DOWN || logged == ServerState.REMOVED,
                report == null ? Holding.NOTHING : holding(report.getLedgerState()),
                report == null ? 0 : report.getLedgerReplicaEpoch(),
                report != null && OPEN.contains(report.getLifeCycle()),
                report == null ? "" : report.getFailure());
    }

    private static Holding holding(LedgerState state) {
        return switch (state) {
            case LEDGER_STATE_PREPARED -> Holding.PREPARED;
            case LEDGER_STATE_MEMBER -> Holding.MEMBER;
            case LEDGER_STATE_REMOVED -> Holding.REMOVED;
            case LEDGER_STATE_LOST -> Holding.LOST;
            case LEDGER_STATE_UNSPECIFIED, UNRECOGNIZED -> Holding.NOTHING;
        };
    }
}
