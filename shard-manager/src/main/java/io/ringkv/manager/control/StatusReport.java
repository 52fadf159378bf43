package io.ringkv.manager.control;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.control.Fleet.Leader;
import io.ringkv.manager.liveness.Liveness;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.ReplicaStatus;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells the state of the cluster as this manager sees it: what is logged, and, while it leads, what servers report. Made
 * anew for each question; belongs to the control thread.
 */
final class StatusReport {

    /** A member that has not answered for so long counts as unreachable; members hear from each other every 250 ms. */
    private static final long REACHABLE_MILLIS = 2_000;

    private static final Set<ServerState> SHOULD_BE_HEARD =
            EnumSet.of(ServerState.JOINING, ServerState.ACTIVE, ServerState.DRAINING);

    private final ClusterState state;
    private final Leadership leadership;
    private final ManagerId self;
    private final Map<ManagerId, Long> silentMillis;
    private final @Nullable LeaderDuties duties;
    private final Map<ServerId, Integer> leaders;

    /**
     * A report.
     *
     * @param silentMillis since each other manager last answered, if this one leads
     * @param duties what this manager does as leader, null if it does not lead
     */
    StatusReport(
            ClusterState state,
            Leadership leadership,
            ManagerId self,
            Map<ManagerId, Long> silentMillis,
            @Nullable LeaderDuties duties) {
        this.state = state;
        this.leadership = leadership;
        this.self = self;
        this.silentMillis = silentMillis;
        this.duties = duties;
        this.leaders = duties == null ? Map.of() : countLeaders(state, duties);
    }

    ClusterStatus make() {
        ClusterStatus.Builder status = ClusterStatus.newBuilder()
                .setRingEpoch(state.ringEpoch())
                .setComplete(duties != null)
                .setManagerTerm(leadership.term())
                .setPlaced(state.isPlaced());
        if (leadership.leader() != null) {
            status.setManagerLeader(leadership.leader().value());
        }
        Founding founding = state.founding();
        if (founding != null) {
            status.setClusterId(IdMessages.toBytes(founding.cluster()))
                    .setReplicationFactor(state.replicationFactor())
                    .setExpectedServers(founding.settings().expectedServers());
            state.managers().members().forEach(manager -> status.addManagers(manager(manager)));
        }
        state.servers().values().forEach(server -> status.addServers(server(server)));
        state.shards().values().forEach(shard -> status.addShards(shard(shard)));
        Map<Long, String> waits =
                duties == null ? Map.of() : duties.operationDesk().waits();
        state.operations()
                .running()
                .forEach((number, operation) ->
                        status.addOperations(OperationStatuses.toMessage(operation, waits.getOrDefault(number, ""))));
        status.setOperationsPaused(state.operations().paused());
        if (duties != null) {
            status.setObservedMillis(duties.observedMillis()).addAllNotices(duties.notices());
        }
        return status.build();
    }

    private ManagerStatus manager(ManagerRecord manager) {
        Long silent = silentMillis.get(manager.id());
        boolean answers = silent != null && silent < REACHABLE_MILLIS;
        return ManagerStatus.newBuilder()
                .setManager(ShardMapMessages.toMessage(manager))
                .setLeader(manager.id().equals(leadership.leader()))
                .setReachable(manager.id().equals(self) || answers)
                .build();
    }

    private ServerStatus server(RegisteredServer server) {
        ServerRecord record = server.record();
        ServerStatus.Builder status = ServerStatus.newBuilder()
                .setServer(ShardMapMessages.toMessage(record.withState(observed(record))))
                .setVersion(server.version())
                .setDraining(server.draining());
        if (server.maintenance() != null) {
            status.setMaintenanceLeftMillis(
                    duties == null
                            ? server.maintenance().millis()
                            : duties.maintenanceClock().leftMillis(server, duties.observedMillis()));
        }
        if (duties == null) {
            return status.build();
        }
        status.setHeld(duties.detector().judge(record.id()) == Liveness.HELD);
        Long age = duties.detector().heartbeatAgeMillis(record.id());
        if (age != null) {
            status.setHeartbeatAgeMillis(age);
        }
        HeartbeatRequest latest = duties.fleet().latest(record.id());
        if (latest != null) {
            addReported(status, record.id(), latest);
        }
        return status.build();
    }

    /** What is logged, unless the server is silent: SUSPECT is only ever observed. */
    private ServerState observed(ServerRecord record) {
        return duties != null
                        && SHOULD_BE_HEARD.contains(record.state())
                        && duties.detector().judge(record.id()) != Liveness.HEARD
                ? ServerState.SUSPECT
                : record.state();
    }

    private void addReported(ServerStatus.Builder status, ServerId server, HeartbeatRequest latest) {
        int replicas = 0;
        long bytes = 0;
        long keys = 0;
        for (ReplicaReport report : latest.getReplicasList()) {
            replicas += isThere(report) ? 1 : 0;
            bytes += report.getDataBytes();
            keys += report.getKeys();
        }
        status.setReplicas(replicas)
                .setLeaders(leaders.getOrDefault(server, 0))
                .setDataBytes(bytes)
                .setKeys(keys)
                .setDiskFreeBytes(latest.getDiskFreeBytes())
                .setDiskTotalBytes(latest.getDiskTotalBytes())
                .setReadOnly(latest.getReadOnly());
        if (!latest.getVersion().isEmpty()) {
            status.setVersion(latest.getVersion());
        }
    }

    /** A ledger also knows the replicas that are there no longer. */
    private static boolean isThere(ReplicaReport report) {
        return report.getLedgerState() != LedgerState.LEDGER_STATE_REMOVED
                && report.getLedgerState() != LedgerState.LEDGER_STATE_LOST;
    }

    /** Of a server that is not heard it is not known whether it still leads; of two, the one in the later term does. */
    private static @Nullable Leader leaderOf(ManagedShard shard, LeaderDuties duties) {
        Leader leader = duties.fleet().leaderOf(shard);
        return leader != null && duties.detector().isHeard(leader.server()) ? leader : null;
    }

    private static Map<ServerId, Integer> countLeaders(ClusterState state, LeaderDuties duties) {
        Map<ServerId, Integer> leaders = new TreeMap<>();
        for (ManagedShard shard : state.shards().values()) {
            Leader leader = leaderOf(shard, duties);
            if (leader != null) {
                leaders.merge(leader.server(), 1, Integer::sum);
            }
        }
        return leaders;
    }

    private ShardStatus shard(ManagedShard shard) {
        ShardStatus.Builder status = ShardStatus.newBuilder().setRecord(ShardMapMessages.toMessage(shard.record()));
        if (duties == null) {
            return status.build();
        }
        int healthy = 0;
        for (ServerId voter : shard.record().voters()) {
            ReplicaReport report = duties.fleet().replica(voter, shard);
            boolean hasCaughtUp = duties.catchUp().isDone(voter, shard);
            healthy += duties.isWell(voter, shard) ? 1 : 0;
            status.addReplicas(replica(voter, report, hasCaughtUp));
        }
        status.setHealthyReplicas(healthy);
        Leader leader = leaderOf(shard, duties);
        if (leader != null) {
            status.setLeader(leader.server().value())
                    .setTerm(leader.term())
                    .setKeys(leader.report().getKeys())
                    .setDataBytes(leader.report().getDataBytes())
                    .setRevision(leader.report().getRevision());
        }
        return status.build();
    }

    private static ReplicaStatus replica(ServerId server, @Nullable ReplicaReport report, boolean hasCaughtUp) {
        ReplicaStatus.Builder status = ReplicaStatus.newBuilder().setServerId(server.value());
        if (report == null) {
            return status.build();
        }
        return status.setReported(true)
                .setLifeCycle(report.getLifeCycle())
                .setRole(report.getRole())
                .setAppliedIndex(report.getAppliedIndex())
                .setCommitIndex(report.getCommitIndex())
                .setFailure(report.getFailure())
                .setCaughtUp(hasCaughtUp)
                .build();
    }
}
