package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationStatus;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.placement.OperationLimits;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.manager.state.OperationChanged;
import io.ringkv.manager.state.RecordedEvent;
import io.ringkv.manager.state.ReplicasChanged;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must hold after every entry of the manager's log, as far as it takes the whole world to judge it. */
final class SimulationChecks {

    private final SimulatedNetwork network;
    private final SortedMap<Integer, ServerModel> servers;
    private final SortedMap<Integer, ShardModel> shards;
    private final Map<OperationKind, Integer> done = new EnumMap<>(OperationKind.class);
    private final Map<String, Integer> ended = new TreeMap<>();

    SimulationChecks(
            SimulatedNetwork network, SortedMap<Integer, ServerModel> servers, SortedMap<Integer, ShardModel> shards) {
        this.network = network;
        this.servers = servers;
        this.shards = shards;
    }

    Map<OperationKind, Integer> done() {
        return done;
    }

    /** Operations done that copied data. */
    int copied() {
        return done.entrySet().stream()
                .filter(entry -> entry.getKey().copiesData())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    Map<String, Integer> ended() {
        return ended;
    }

    void applied(ClusterState before, Applied applied, ManagersModel managers) {
        for (RecordedEvent recorded : applied.events()) {
            if (recorded.event() instanceof ReplicasChanged changed) {
                assertThat(shard(changed.shard()).wasCommitted(numbers(changed.voters())))
                        .as(
                                "%s: published voters of shard %s were committed: %s",
                                network.context(), changed.shard(), changed.voters())
                        .isTrue();
            } else if (recorded.event() instanceof OperationChanged changed) {
                Operation operation = changed.operation();
                if (operation.number() > before.operations().started()) {
                    checkLimits(
                            operation,
                            applied.state(),
                            managers.settings().operations().limits());
                }
                count(operation);
            }
        }
    }

    private void count(Operation operation) {
        if (operation.status().isOver()) {
            ended.merge(operation.status().name(), 1, Integer::sum);
            if (operation.status() == OperationStatus.DONE) {
                done.merge(operation.order().kind(), 1, Integer::sum);
            }
        }
    }

    private ShardModel shard(ShardId id) {
        return Objects.requireNonNull(shards.get(id.value()));
    }

    static SortedSet<Integer> numbers(Collection<ServerId> ids) {
        SortedSet<Integer> numbers = new TreeSet<>();
        ids.forEach(id -> numbers.add((int) id.value()));
        return numbers;
    }

    /** A member wants this logged. Of one that leads no more it is void. */
    void proposed(ManagerMember by, boolean isLeading, ClusterCommand command, LivenessLimits limits) {
        if (isLeading && command instanceof MarkServer mark && mark.to() == ServerState.DOWN) {
            checkDown(by, mark.server(), limits);
        }
    }

    private void checkDown(ManagerMember by, ServerId server, LivenessLimits limits) {
        assertThat(by.silentMillis(server))
                .as("%s: server %s is declared DOWN only after it was silent for long", network.context(), server)
                .isGreaterThanOrEqualTo(limits.downMillis() - 2 * limits.tickMillis());
        ServerModel model = Objects.requireNonNull(servers.get((int) server.value()));
        boolean isWitnessed = by.state().shardsOn(server).stream()
                .anyMatch(shard -> isSeenByOthers(model.number, shard.record().id()));
        assertThat(model.isAwake() && model.isCutFromManagers && !model.isCutFromServers && isWitnessed)
                .as("%s: server %s works with others and is only cut off from the managers", network.context(), server)
                .isFalse();
    }

    /** Whether a leader that reports has heard it all the time. */
    private boolean isSeenByOthers(int server, ShardId id) {
        ReplicaModel leader = shard(id).leader();
        return leader != null
                && leader.isReady()
                && leader.isAwake()
                && leader.server.number != server
                && !leader.server.isCutFromManagers
                && leader.ledMillis() > 5_000
                && leader.silentMillis(server) < 500
                && !network.isLossy();
    }

    private void checkLimits(Operation started, ClusterState state, OperationLimits limits) {
        List<Operation> running = List.copyOf(state.operations().running().values());
        if (started.order().requester() == Requester.OPERATOR
                || running.stream().anyMatch(other -> other.order().requester() == Requester.OPERATOR)) {
            return;
        }
        boolean isChange = started.order().kind().changesVoters();
        long alike = running.stream()
                .filter(other -> other.order().kind().changesVoters() == isChange)
                .count();
        assertThat(alike)
                .as("%s: operations at once when %s starts: %s", network.context(), started, running)
                .isLessThanOrEqualTo(isChange ? limits.changesPerCluster() : limits.transfersPerCluster());
        for (ServerId server : state.servers().keySet()) {
            long busy = running.stream()
                    .filter(other -> other.order().kind().changesVoters())
                    .filter(other -> server.equals(other.order().target())
                            || (other.order().kind() == OperationKind.MOVE_REPLICA
                                    && server.equals(other.order().source())))
                    .count();
            assertThat(busy)
                    .as("%s: operations at once at %s when %s starts: %s", network.context(), server, started, running)
                    .isLessThanOrEqualTo(limits.changesPerServer());
        }
    }
}
