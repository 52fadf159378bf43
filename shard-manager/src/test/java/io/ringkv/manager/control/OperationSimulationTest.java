package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.OperationStatus;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.state.CancelOperation;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.DrainServer;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.PauseOperations;
import io.ringkv.manager.state.SetReplicationFactor;
import io.ringkv.manager.state.StartOperation;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Seeded worlds of servers, shards and managers: the leader's duties as they are, over models of what they watch and steer.
 * Servers crash, come back, lose replicas, are cut off; leaders change; managers fail over and do not always know it;
 * heartbeats and instructions get lost, are repeated and come late; operators drain, cancel, pause and ask for moves.
 *
 * <p>After every event: the invariants of the state; no leader is removed; fences rise; voters change one at a time; no
 * replica is deleted that votes or is about to; what is published was committed. When the faults stop: every operation ends,
 * every shard has its replicas and no server anything else, and then there is stillness.
 */
class OperationSimulationTest {

    private static final int WORLDS = 60;
    private static final int TROUBLED_TICKS = 500;
    private static final int CALM_TICKS = 2_400;

    @Test
    void everyOperationEndsAndNothingIsLostWhateverHappens() {
        Map<OperationStatus, Integer> ended = new EnumMap<>(OperationStatus.class);
        Map<OperationKind, Integer> done = new EnumMap<>(OperationKind.class);
        for (long seed = 0; seed < WORLDS; seed++) {
            for (Operation operation : new World(seed).run()) {
                ended.merge(operation.status(), 1, Integer::sum);
                if (operation.status() == OperationStatus.DONE) {
                    done.merge(operation.order().kind(), 1, Integer::sum);
                }
            }
        }
        assertThat(ended.keySet())
                .containsExactly(OperationStatus.DONE, OperationStatus.FAILED, OperationStatus.CANCELLED);
        assertThat(done.keySet()).containsExactly(OperationKind.values());
    }

    private static final class World {

        private final String context;
        private final Random random;
        private final SimulatedGroup managers;
        private final List<ModelServer> servers = new ArrayList<>();
        private final Map<Integer, ShardGroupModel> groups = new TreeMap<>();
        private final List<Delivery> deliveries = new ArrayList<>();
        private final Map<Long, Operation> ended = new TreeMap<>();
        private final int expected;
        private int now;

        /** An instruction on its way. */
        private record Delivery(int at, ModelServer server, long term, Instruction instruction) {}

        World(long seed) {
            this.context = "seed " + seed;
            this.random = new Random(seed);
            this.managers = new SimulatedGroup(context, random);
            this.expected = 4 + random.nextInt(2);
            Founding founding = Clusters.founding(expected, 1 + random.nextInt(5), 3);
            managers.request(new CreateCluster(founding));
            for (int number = 1; number <= expected + random.nextInt(3); number++) {
                servers.add(new ModelServer(number, context, random, groups));
            }
        }

        List<Operation> run() {
            while (!managers.state().isPlaced()) {
                step(false);
            }
            for (int tick = 0; tick < TROUBLED_TICKS; tick++) {
                trouble();
                step(true);
            }
            servers.forEach(server -> {
                server.isUp = true;
                server.heal();
                managers.request(new DrainServer(Clusters.server(server.number), false));
            });
            managers.request(new PauseOperations(false));
            managers.request(new SetReplicationFactor(3));
            int calm = 0;
            while (calm < CALM_TICKS && !isSettled()) {
                calm++;
                step(false);
            }
            checkSettled(describe());
            checkStillness();
            return List.copyOf(ended.values());
        }

        private void checkStillness() {
            for (int tick = 0; tick < 40; tick++) {
                step(false);
            }
            long events = managers.state().history().total();
            for (int tick = 0; tick < 40; tick++) {
                step(false);
            }
            assertThat(managers.state().history().total())
                    .as("%s: stays still: %s", context, managers.state().operations())
                    .isEqualTo(events);
        }

        private void trouble() {
            if (random.nextInt(60) == 0) {
                managers.elect();
            }
            ModelServer server = servers.get(random.nextInt(servers.size()));
            switch (random.nextInt(60)) {
                case 0, 1 -> crash(server);
                case 2, 3, 4, 5, 6 -> server.isUp = true;
                case 7 -> {
                    if (server.isUp) {
                        server.cutOff(shards());
                    }
                }
                case 8, 9, 10, 11 -> server.heal();
                case 12 -> lose(server);
                case 13 ->
                    groups.values().forEach(group -> {
                        if (random.nextBoolean()) {
                            group.loseLeader();
                        }
                    });
                default -> operate(server);
            }
        }

        private void crash(ModelServer server) {
            if (server.isUp) {
                server.crash();
            }
        }

        /** The files of a replica are gone, while all others are well. */
        private void lose(ModelServer server) {
            server.replicas.forEach((shard, replica) -> {
                ShardGroupModel group = groups.get(shard);
                if (group != null
                        && replica.state == LedgerState.LEDGER_STATE_MEMBER
                        && group.voters.size() > 2
                        && group.isSettled()
                        && group.voters.stream().allMatch(group::isLive)
                        && random.nextInt(3) == 0) {
                    replica.state = LedgerState.LEDGER_STATE_LOST;
                }
            });
        }

        private void operate(ModelServer server) {
            ClusterState state = managers.state();
            ServerId id = Clusters.server(server.number);
            switch (random.nextInt(40)) {
                case 0 -> managers.request(new DrainServer(id, random.nextBoolean()));
                case 1 -> managers.request(new PauseOperations(random.nextInt(3) == 0));
                case 2 -> managers.request(new SetReplicationFactor(1 + random.nextInt(5)));
                case 3 -> {
                    for (long number : state.operations().running().keySet()) {
                        managers.request(new CancelOperation(number));
                    }
                }
                case 4, 5, 6, 7 -> move(state, id);
                default -> {}
            }
        }

        private void move(ClusterState state, ServerId target) {
            List<ShardId> shards = new ArrayList<>(state.shards().keySet());
            ShardId shard = shards.get(random.nextInt(shards.size()));
            ManagedShard known = state.shards().get(shard);
            List<ServerId> voters = known == null ? List.of() : known.record().voters();
            ServerId source = voters.get(random.nextInt(voters.size()));
            if (!source.equals(target)) {
                managers.request(new StartOperation(new OperationOrder(
                        random.nextInt(4) == 0 ? OperationKind.REPLACE_REPLICA : OperationKind.MOVE_REPLICA,
                        shard,
                        source,
                        target,
                        "",
                        Requester.OPERATOR)));
            }
        }

        private Map<Integer, ManagedShard> shards() {
            Map<Integer, ManagedShard> shards = new TreeMap<>();
            managers.state().shards().forEach((id, shard) -> shards.put(id.value(), shard));
            return shards;
        }

        private void step(boolean troubled) {
            now++;
            for (ModelServer server : servers) {
                if (managers.state().stateOf(Clusters.server(server.number)) == null) {
                    managers.request(Clusters.register(server.number));
                }
            }
            managers.tick();
            Map<Integer, ManagedShard> shards = shards();
            shards.forEach((number, shard) -> groups.computeIfAbsent(
                    number,
                    first -> new ShardGroupModel(
                            number, numbers(shard), context, random, server -> isLive(number, server))));
            groups.values().forEach(ShardGroupModel::tick);
            servers.forEach(ModelServer::learn);
            for (ModelServer server : servers) {
                if (server.isUp && !(troubled && random.nextInt(6) == 0)) {
                    beat(server, shards, troubled);
                }
            }
            deliver();
            checkPublished();
            managers.state().operations().finished().forEach(operation -> ended.put(operation.number(), operation));
        }

        private boolean isLive(int shard, int server) {
            return servers.get(server - 1).canVote(shard);
        }

        private static Set<Integer> numbers(ManagedShard shard) {
            Set<Integer> numbers = new TreeSet<>();
            shard.record().voters().forEach(voter -> numbers.add((int) voter.value()));
            return numbers;
        }

        private void beat(ModelServer server, Map<Integer, ManagedShard> shards, boolean troubled) {
            HeartbeatRequest heartbeat = server.heartbeat(shards);
            ServerId id = Clusters.server(server.number);
            SimulatedGroup.Answer answer = managers.heartbeat(id, heartbeat, troubled && random.nextInt(10) == 0);
            if (answer == null) {
                return;
            }
            for (Instruction instruction : answer.instructions()) {
                int copies = troubled ? random.nextInt(3) : 1;
                for (int copy = 0; copy < copies; copy++) {
                    int delay = troubled && random.nextInt(5) == 0 ? random.nextInt(100) : 0;
                    deliveries.add(new Delivery(now + delay, server, answer.managerTerm(), instruction));
                }
            }
        }

        private void deliver() {
            for (Delivery delivery : List.copyOf(deliveries)) {
                if (delivery.at() <= now) {
                    deliveries.remove(delivery);
                    delivery.server().obey(delivery.term(), delivery.instruction());
                }
            }
        }

        private void checkPublished() {
            managers.state().shards().forEach((id, shard) -> {
                ShardGroupModel group = groups.get(id.value());
                assertThat(group == null || group.wasCommitted(numbers(shard)))
                        .as("%s: published voters of shard %s were committed: %s", context, id, numbers(shard))
                        .isTrue();
            });
        }

        private boolean isSettled() {
            ClusterState state = managers.state();
            return state.operations().running().isEmpty()
                    && state.operations().cleanings().isEmpty()
                    && state.servers().values().stream()
                            .allMatch(server -> server.record().state() == ServerState.ACTIVE)
                    && state.shards().values().stream()
                            .allMatch(shard -> shard.record().voters().size() == 3
                                    && holders(shard.record().id().value()).equals(numbers(shard)));
        }

        /** Servers with a replica of the shard. */
        private Set<Integer> holders(int shard) {
            Set<Integer> holders = new TreeSet<>();
            for (ModelServer server : servers) {
                ModelServer.Replica replica = server.replicas.get(shard);
                if (replica != null && replica.isThere()) {
                    holders.add(server.number);
                }
            }
            return holders;
        }

        /** What was last tried, for whoever reads a failure. */
        private String describe() {
            List<Operation> last = new ArrayList<>(ended.values());
            return context + ", last operations "
                    + last.subList(Math.max(0, last.size() - 5), last.size()) + ", running "
                    + managers.state().operations().running().values() + ", shards "
                    + managers.state().shards().values().stream()
                            .filter(shard -> shard.record().voters().size() != 3)
                            .toList();
        }

        private void checkSettled(String told) {
            ClusterState state = managers.state();
            assertThat(state.operations().running().values())
                    .as("%s: every operation ended", told)
                    .isEmpty();
            assertThat(state.operations().cleanings())
                    .as("%s: all is cleaned", told)
                    .isEmpty();
            assertThat(state.servers().values())
                    .as(context)
                    .allSatisfy(server -> assertThat(server.record().state()).isEqualTo(ServerState.ACTIVE));
            for (ManagedShard shard : state.shards().values()) {
                int number = shard.record().id().value();
                ShardGroupModel group = groups.get(number);
                assertThat(numbers(shard))
                        .as("%s: voters of shard %d", told, number)
                        .hasSize(3)
                        .isEqualTo(group == null ? Set.of() : group.voters);
                assertThat(holders(number))
                        .as("%s: replicas of shard %d, no orphan, none missing", told, number)
                        .isEqualTo(numbers(shard));
            }
        }
    }
}
