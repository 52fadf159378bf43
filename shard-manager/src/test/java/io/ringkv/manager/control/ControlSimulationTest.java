package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ReplicaReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Seeded worlds around the leader's duties: servers that join, die, return, whose heartbeats get lost, repeated and delayed;
 * managers that fail over and do not always know it. Invariants after every entry and every instruction; when the faults
 * stop, everything settles and then stays still.
 */
class ControlSimulationTest {

    private static final int WORLDS = 150;
    private static final int TROUBLED_TICKS = 250;
    private static final int CALM_TICKS = 400;

    @Test
    void placesOnceAndSettlesWhateverHappens() {
        for (long seed = 0; seed < WORLDS; seed++) {
            new World(seed).run();
        }
    }

    private static final class World {

        private final String context;
        private final Random random;
        private final SimulatedGroup group;
        private final Founding founding;
        private final List<Server> servers = new ArrayList<>();

        /** For every shard the one Raft group in which it was ever created. */
        private final Map<Integer, String> groupOf = new HashMap<>();

        World(long seed) {
            this.context = "seed " + seed;
            this.random = new Random(seed);
            int expected = 3 + random.nextInt(4);
            this.founding = Clusters.founding(expected, 1 + random.nextInt(12), 3);
            this.group = new SimulatedGroup(context, random);
            group.request(new CreateCluster(founding));
            for (int number = 1; number <= expected + random.nextInt(2); number++) {
                servers.add(new Server(number));
            }
        }

        void run() {
            for (int tick = 0; tick < TROUBLED_TICKS; tick++) {
                trouble();
                step(true);
            }
            servers.forEach(server -> server.up = true);
            group.elect();
            for (int tick = 0; tick < CALM_TICKS; tick++) {
                step(false);
            }
            checkSettled();
            long events = group.state().history().total();
            for (int tick = 0; tick < 20; tick++) {
                step(false);
            }
            assertThat(group.state().history().total())
                    .as("%s: stays still", context)
                    .isEqualTo(events);
        }

        private void trouble() {
            if (random.nextInt(30) == 0) {
                group.elect();
            }
            Server server = servers.get(random.nextInt(servers.size()));
            if (random.nextInt(20) == 0) {
                server.up = !server.up;
                server.bootId++;
                server.sequence = 0;
                server.leads.replaceAll((shard, leads) -> false);
            }
            if (random.nextInt(4) == 0) {
                group.request(Clusters.register(server.number));
            }
        }

        private void step(boolean troubled) {
            if (!troubled) {
                servers.forEach(server -> {
                    if (group.state().stateOf(server.id()) == null) {
                        group.request(Clusters.register(server.number));
                    }
                });
            }
            group.tick();
            electShardLeaders();
            for (Server server : servers) {
                if (server.up && !(troubled && random.nextInt(6) == 0)) {
                    server.beat(troubled);
                }
            }
        }

        /** A shard of which a majority of replicas is up gets some leader. */
        private void electShardLeaders() {
            for (ManagedShard shard : group.state().shards().values()) {
                int number = shard.record().id().value();
                List<Server> alive = servers.stream()
                        .filter(server -> server.up && server.replicas.containsKey(number))
                        .toList();
                boolean isLed = alive.stream().anyMatch(server -> server.leads.getOrDefault(number, false));
                if (alive.size() >= 2 && !isLed) {
                    lead(number, alive.get(random.nextInt(alive.size())));
                }
            }
        }

        private void lead(int shard, Server leader) {
            long term = 1
                    + servers.stream()
                            .mapToLong(server -> server.terms.getOrDefault(shard, 0L))
                            .max()
                            .orElse(0);
            servers.forEach(server -> server.leads.put(shard, false));
            leader.leads.put(shard, true);
            leader.terms.put(shard, term);
        }

        private void checkSettled() {
            assertThat(group.state().isPlaced()).as("%s: placed", context).isTrue();
            assertThat(group.state().servers().values())
                    .as(context)
                    .allSatisfy(server -> assertThat(server.record().state()).isEqualTo(ServerState.ACTIVE));
            assertThat(group.state().shards().values()).as(context).allMatch(ManagedShard::settled);
            for (ManagedShard shard : group.state().shards().values()) {
                for (ServerId voter : shard.record().voters()) {
                    Server server = servers.get((int) voter.value() - 1);
                    assertThat(server.replicas)
                            .as("%s: replicas of %s", context, voter)
                            .containsKey(shard.record().id().value());
                }
            }
        }

        /** A server, its ledger, and what it believes of its shards. */
        private final class Server {

            private final int number;
            private final Map<Integer, ReplicaReport> replicas = new TreeMap<>();
            private final Map<Integer, Boolean> leads = new HashMap<>();
            private final Map<Integer, Long> terms = new HashMap<>();
            private boolean up = true;
            private long bootId = 1;
            private long sequence;
            private long managerTerm;
            private @Nullable HeartbeatRequest previous;

            Server(int number) {
                this.number = number;
            }

            ServerId id() {
                return Clusters.server(number);
            }

            void beat(boolean troubled) {
                sequence++;
                HeartbeatRequest.Builder request = HeartbeatRequest.newBuilder()
                        .setServerId(number)
                        .setBootId(bootId)
                        .setSequence(sequence);
                replicas.forEach((shard, report) -> request.addReplicas(report.toBuilder()
                        .setLeaderReady(leads.getOrDefault(shard, false))
                        .setTerm(terms.getOrDefault(shard, 0L))));
                HeartbeatRequest heartbeat = request.build();
                if (troubled && previous != null && random.nextInt(10) == 0 && previous.getBootId() == bootId) {
                    // An older one arrives late; whatever comes of it is not heard.
                    var unused = group.heartbeat(id(), previous, true);
                }
                previous = heartbeat;
                SimulatedGroup.Answer answer = group.heartbeat(id(), heartbeat, troubled && random.nextBoolean());
                if (answer != null && !(troubled && random.nextInt(10) == 0)) {
                    obey(answer);
                }
            }

            private void obey(SimulatedGroup.Answer answer) {
                if (answer.managerTerm() < managerTerm) {
                    return;
                }
                managerTerm = answer.managerTerm();
                for (Instruction instruction : answer.instructions()) {
                    if (instruction.hasCreate()) {
                        create(instruction);
                    } else if (random.nextInt(3) != 0) {
                        transfer(instruction);
                    }
                }
            }

            private void create(Instruction instruction) {
                int shard = instruction.getShard();
                String groupId =
                        HexFormat.of().formatHex(instruction.getGroupId().toByteArray());
                assertThat(groupOf.computeIfAbsent(shard, first -> groupId))
                        .as("%s: one group for shard %d", context, shard)
                        .isEqualTo(groupId);
                assertThat(instruction.getCreate().getVotersList())
                        .as("%s: the voter is among the voters", context)
                        .anyMatch(voter -> voter.getServerId() == number);
                replicas.putIfAbsent(
                        shard,
                        ReplicaReport.newBuilder()
                                .setShard(shard)
                                .setGroupId(instruction.getGroupId())
                                .setLifeCycle("RUNNING")
                                .build());
            }

            private void transfer(Instruction instruction) {
                int shard = instruction.getShard();
                Server target =
                        servers.get((int) instruction.getTransferLeader().getTarget() - 1);
                if (leads.getOrDefault(shard, false) && target.up && target.replicas.containsKey(shard)) {
                    lead(shard, target);
                }
            }
        }
    }
}
