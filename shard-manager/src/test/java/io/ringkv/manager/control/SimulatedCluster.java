package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.placement.Planner;
import io.ringkv.manager.placement.Proposal;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.MaintainServer;
import io.ringkv.rpc.PauseOperations;
import io.ringkv.rpc.RemoveServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in virtual time: real duties of managers over models of what they watch and steer. Quiet time is skipped: when
 * nothing is under way, nobody is missed and nothing was logged for a while, the next thing to happen comes from outside.
 */
final class SimulatedCluster {

    static final long BYTES_PER_SECOND = 8L << 20;

    /** After so long without a fault all must be as it should be. */
    private static final long PATIENCE_MILLIS = 30 * 60_000;

    private static final long STILL_MILLIS = 8_000;
    private static final long LOOK_MILLIS = 500;
    private static final int SERVERS_MOST = 8;

    final EventQueue queue = new EventQueue();
    final Random random;
    final SimulatedNetwork network;
    final ManagersModel managers;
    final SortedMap<Integer, ServerModel> servers = new TreeMap<>();
    final SortedMap<Integer, ShardModel> shards = new TreeMap<>();
    final SimulationChecks checks;
    private final String context;
    private final Sabotage sabotage;
    private int named;

    SimulatedCluster(long seed, Sabotage sabotage) {
        this(seed, sabotage, 3 + (int) Math.floorMod(seed, 3L), 1 + (int) Math.floorMod(seed * 7, 6L), 3);
    }

    SimulatedCluster(long seed, Sabotage sabotage, int expected, int shardCount, int replicationFactor) {
        this.context = "seed " + seed;
        this.sabotage = sabotage;
        this.random = new Random(seed);
        this.network = new SimulatedNetwork(context, random, queue, BYTES_PER_SECOND);
        this.checks = new SimulationChecks(network, servers, shards);
        ControlSettings settings = new ControlSettings(
                new LivenessLimits(500, 3_000, 10_000), 3, 2_000, 30_000, 5, 100, OperationSettings.USUAL);
        this.managers = new ManagersModel(network, settings, sabotage, checks, shards, this::placed);
        managers.request(new CreateCluster(Clusters.founding(expected, shardCount, replicationFactor)));
        for (int server = 0; server < expected; server++) {
            addServer();
        }
    }

    /** A server with an empty disk, under the next number. */
    ServerModel addServer() {
        named++;
        ServerModel server = new ServerModel(named, network, managers, shards, sabotage);
        servers.put(named, server);
        return server;
    }

    boolean hasRoomForServers() {
        return present().size() < SERVERS_MOST;
    }

    /** Servers that have a disk. */
    List<ServerModel> present() {
        return servers.values().stream().filter(server -> !server.isGone).toList();
    }

    /** Waits for the first placement. */
    void place() {
        long until = queue.now() + PATIENCE_MILLIS;
        while (!managers.state().isPlaced()) {
            queue.runFor(100);
            assertThat(queue.now()).as("%s: is placed", context).isLessThan(until);
        }
    }

    private void placed(ClusterState state) {
        for (ManagedShard shard : state.shards().values()) {
            int number = shard.record().id().value();
            ShardModel model = new ShardModel(
                    number,
                    IdMessages.toBytes(shard.record().group()),
                    SimulationChecks.numbers(shard.record().voters()),
                    network,
                    managers::state);
            shards.put(number, model);
            queue.every(random.nextInt((int) ReplicaModel.ROUND_MILLIS), ReplicaModel.ROUND_MILLIS, model::turn);
        }
    }

    /** Lives with troubles and quiet in turn. */
    void live(double hours) {
        place();
        settle();
        Troubles troubles = new Troubles(this);
        while (queue.elapsedMillis() < hours * 3_600_000) {
            troubles.strike();
            settle();
            queue.skip((long) (-Math.log(1 - random.nextDouble()) * troubles.quietMillis()));
        }
        checkStillness();
    }

    /** Nothing is broken any more: waits until all is as it should be. */
    void settle() {
        long until = queue.now() + PATIENCE_MILLIS;
        long asked = 0;
        String flaw = flaw();
        while (flaw != null || managers.stillMillis() < STILL_MILLIS) {
            if (queue.now() >= until) {
                throw new AssertionError(network.context() + ": not settled: " + flaw + ". " + describe());
            }
            if (queue.now() - asked >= 5_000) {
                asked = queue.now();
                operate();
            }
            queue.runFor(LOOK_MILLIS);
            flaw = flaw();
        }
        checkMembersAgree();
    }

    /** Waits until nothing is under way and nothing proposed, whatever state the servers are in. */
    void rest() {
        long until = queue.now() + PATIENCE_MILLIS;
        while (managers.stillMillis() < STILL_MILLIS || flawOfRest() != null) {
            if (queue.now() >= until) {
                throw new AssertionError(network.context() + ": no rest: " + flawOfRest() + ". " + describe());
            }
            queue.runFor(LOOK_MILLIS);
        }
    }

    /** The operator wants nothing unusual, and gets rid of servers that will never come back. */
    private void operate() {
        if (managers.state().operations().paused()) {
            ask(ChangeRequest.newBuilder()
                    .setPauseOperations(PauseOperations.newBuilder().setPaused(false)));
        }
        for (ServerModel server : present()) {
            RegisteredServer known = managers.state().servers().get(server.id);
            if (known != null && known.draining()) {
                ask(ChangeRequest.newBuilder()
                        .setDrainServer(DrainServer.newBuilder().setServer(server.id.toString())));
            }
            if (known != null && known.maintenance() != null) {
                ask(ChangeRequest.newBuilder()
                        .setMaintainServer(MaintainServer.newBuilder().setServer(server.id.toString())));
            }
        }
        for (ServerModel server : servers.values()) {
            if (server.isGone && managers.state().stateOf(server.id) == ServerState.DOWN) {
                ask(ChangeRequest.newBuilder()
                        .setRemoveServer(RemoveServer.newBuilder()
                                .setServer(server.id.toString())
                                .setForce(true)));
            }
        }
    }

    /** An operator asks whoever leads the managers; whatever comes of it shows. */
    void ask(ChangeRequest.Builder request) {
        Object unused = managers.change(request);
    }

    /** What is not as it should be, for people; null if all is. */
    @Nullable
    String flaw() {
        ClusterState state = managers.state();
        for (ServerModel server : servers.values()) {
            RegisteredServer known = state.servers().get(server.id);
            ServerState wanted = server.isGone ? ServerState.REMOVED : ServerState.ACTIVE;
            if (known == null ? !server.isGone : known.record().state() != wanted || known.maintenance() != null) {
                return "server " + server.number + " is " + known;
            }
        }
        for (ManagedShard shard : state.shards().values()) {
            String flaw = flawOf(shard, state.replicationFactor());
            if (flaw != null) {
                return flaw;
            }
        }
        String flaw = flawOfRest();
        return flaw == null ? flawOfBalance(state) : flaw;
    }

    private @Nullable String flawOfRest() {
        ClusterState state = managers.state();
        ManagerMember leader = managers.leader();
        LeaderDuties duties = leader == null ? null : leader.duties();
        if (duties == null) {
            return "no manager leads";
        }
        if (!state.operations().running().isEmpty()) {
            return "an operation runs: " + state.operations().running().values() + ", waits for "
                    + duties.operationDesk().waits();
        }
        if (state.operations().cleanings().stream().anyMatch(cleaning -> isToBeHeard(cleaning.server()))) {
            return "not cleaned: " + state.operations().cleanings();
        }
        List<Proposal> proposals = Planner.propose(duties.placementView());
        return proposals.isEmpty() ? null : "still proposed: " + proposals;
    }

    private boolean isToBeHeard(ServerId server) {
        ServerModel model = servers.get((int) server.value());
        return model != null && (model.isUp || model.isGone);
    }

    private @Nullable String flawOf(ManagedShard shard, int replicationFactor) {
        ShardModel model = shards.get(shard.record().id().value());
        if (model == null) {
            return "shard " + shard.record().id() + " is not there";
        }
        if (shard.record().voters().size() != replicationFactor
                || !SimulationChecks.numbers(shard.record().voters()).equals(model.voters())) {
            return "shard " + model.number + " has voters " + model.voters() + ", published "
                    + shard.record().voters() + ", wanted " + replicationFactor;
        }
        if (!model.holders().equals(model.voters())) {
            return "shard " + model.number + " has replicas at " + model.holders() + ", voters " + model.voters();
        }
        return model.isQuiet() && shard.settled() ? null : "shard " + model.number + " is not quiet";
    }

    private @Nullable String flawOfBalance(ClusterState state) {
        Map<ServerId, Integer> replicas = new TreeMap<>();
        Map<ServerId, Integer> leaders = new TreeMap<>();
        for (ServerModel server : present()) {
            replicas.put(server.id, 0);
            leaders.put(server.id, 0);
        }
        for (ManagedShard shard : state.shards().values()) {
            shard.record().voters().forEach(voter -> replicas.merge(voter, 1, Integer::sum));
            ReplicaModel leader = shards.get(shard.record().id().value()) == null
                    ? null
                    : shards.get(shard.record().id().value()).leader();
            if (leader != null) {
                leaders.merge(leader.server.id, 1, Integer::sum);
            }
        }
        return spread(replicas.values()) > 1 || spread(leaders.values()) > 1
                ? "uneven: replicas " + replicas + ", leaders " + leaders
                : null;
    }

    private static int spread(Collection<Integer> counts) {
        return Collections.max(counts) - Collections.min(counts);
    }

    private void checkMembersAgree() {
        for (ManagerMember member : managers.members()) {
            if (member.applied() == managers.entries()) {
                assertThat(member.state()).as("%s: members agree", context).isEqualTo(managers.state());
            }
        }
    }

    /** When all is as it should be, nothing is done any more. */
    private void checkStillness() {
        long events = managers.state().history().total();
        queue.runFor(60_000);
        assertThat(managers.state().history().total())
                .as("%s: stays still: %s", context, managers.state().operations())
                .isEqualTo(events);
    }

    /** What was last tried, for whoever reads a failure. */
    String describe() {
        List<Object> last = new ArrayList<>(managers.state().operations().finished());
        List<String> notices = new ArrayList<>();
        if (managers.leader() != null && managers.leader().duties() != null) {
            notices = managers.leader().duties().notices();
        }
        return "Last operations " + last.subList(Math.max(0, last.size() - 5), last.size()) + ", notices " + notices
                + ", shards " + managers.state().shards().values();
    }
}
