package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.manager.state.PlaceShards;
import io.ringkv.manager.state.RegisterServer;
import io.ringkv.manager.state.ServerAddresses;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.ReplicaStatus;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeaderDutiesTest {

    private static final ManagerId SELF = new ManagerId(1);
    private static final long TICK = 500;

    private final MemoryLog log = new MemoryLog();
    private final ShardMapPublisher maps = new ShardMapPublisher();
    private final ControlSettings settings = new ControlSettings(
            new LivenessLimits(TICK, 3_000, 10_000), 3, 2_000, 30_000, 4, 100, OperationSettings.USUAL);
    private final Map<Integer, Server> servers = new TreeMap<>();
    private long groups;

    @SuppressWarnings("NullAway.Init") // set by lead()
    private LeaderDuties duties;

    @Test
    void marksAServerActiveAtItsFirstHeartbeat() {
        lead(Clusters.founding(3, 4, 3));
        register(1);
        tick(1);
        assertThat(log.state().stateOf(id(1))).isEqualTo(ServerState.JOINING);

        server(1).beat();

        assertThat(log.state().stateOf(id(1))).isEqualTo(ServerState.ACTIVE);
    }

    @Test
    void placesOnceWhenEnoughServersAreHeardAndNotBefore() {
        lead(Clusters.founding(3, 4, 3));
        join(1, 2);
        tick(3);
        assertThat(log.state().isPlaced()).isFalse();
        assertThat(duties.notices()).singleElement().asString().contains("2 of 3");

        join(3);
        beatAll(10);

        assertThat(commands(PlaceShards.class)).hasSize(1);
        assertThat(log.state().isPlaced()).isTrue();
        assertThat(duties.notices()).isEmpty();
    }

    @Test
    void doesNotCountAServerThatFellSilentOrIsAboutToStop() {
        lead(Clusters.founding(3, 4, 3));
        join(1, 2);
        tick(7);
        server(2).beat();
        join(3);
        assertThat(log.state().isPlaced()).as("server 1 is silent").isFalse();

        server(1).stopping = true;
        server(1).beat();
        assertThat(log.state().isPlaced()).as("server 1 stops").isFalse();

        server(1).stopping = false;
        server(1).beat();
        assertThat(log.state().isPlaced()).isTrue();
    }

    @Test
    void neverPlacesWhenAServerHoldsDataAlready() {
        lead(Clusters.founding(2, 4, 2));
        join(1);
        register(2);
        server(2).replicas.put(9, ReplicaReport.newBuilder().setShard(9).build());
        server(2).beat();
        beatAll(5);

        assertThat(log.state().isPlaced()).isFalse();
        assertThat(duties.notices()).singleElement().asString().contains("holds 1 replicas");
    }

    @Test
    void waitsWhileTwoServersClaimOneAddress() {
        lead(Clusters.founding(2, 4, 2));
        join(1);
        ServerAddresses same = Clusters.addresses(1);
        propose(new RegisterServer(id(2), "", same, "", "1", 1));
        server(2).beat();
        assertThat(log.state().isPlaced()).isFalse();
        assertThat(duties.notices()).singleElement().asString().contains("both at");

        join(3);
        for (int i = 0; i < 8; i++) {
            server(2).beat();
            server(3).beat();
            tick(1);
        }

        assertThat(log.state().isPlaced()).as("server 1 is silent by now").isTrue();
        assertThat(log.state().shards().values())
                .allSatisfy(shard -> assertThat(shard.record().voters()).doesNotContain(id(1)));
    }

    @Test
    void repeatsCreationsUntilTheyAreReportedAFewAtATime() {
        lead(Clusters.founding(3, 6, 3));
        join(1, 2, 3);

        List<Instruction> first = server(1).beatWithoutObeying();
        List<Instruction> again = server(1).beatWithoutObeying();
        assertThat(first).hasSize(4).isEqualTo(again).allMatch(Instruction::hasCreate);
        assertThat(first.get(0).getCreate().getVotersList()).hasSize(3);
        assertThat(first.get(0).getCreate().getLineage().size()).isEqualTo(16);

        server(1).beat();
        assertThat(server(1).beat()).hasSize(2).allMatch(Instruction::hasCreate);
        assertThat(server(1).beat()).noneMatch(Instruction::hasCreate);
        assertThat(server(1).replicas).hasSize(6);
    }

    @Test
    void movesLeadershipToWherePlacementWantsItAndThenLeavesItAlone() {
        lead(Clusters.founding(3, 3, 3));
        join(1, 2, 3);
        beatAll(3);
        ManagedShard shard = shard(1);
        int wanted = number(shard.firstLeader());
        int other = wanted % 3 + 1;
        server(other).leads(1, 5);

        Instruction transfer = onlyTransfer(server(other).beat());
        assertThat(transfer.getShard()).isEqualTo(1);
        assertThat(transfer.getTransferLeader().getTarget()).isEqualTo(wanted);
        assertThat(server(other).beat()).as("not again at once").isEmpty();

        server(other).follows(1);
        server(wanted).leads(1, 6);
        server(wanted).beat();
        assertThat(shard(1).settled()).isTrue();
        assertThat(maps.leader(new ShardId(1)).orElseThrow().server()).isEqualTo(id(wanted));

        server(wanted).follows(1);
        server(other).leads(1, 7);
        server(wanted).beat();
        assertThat(server(other).beat()).as("elections are free from now on").isEmpty();
    }

    @Test
    void givesUpMovingALeaderAfterSomeTries() {
        lead(Clusters.founding(3, 3, 3));
        join(1, 2, 3);
        beatAll(3);
        int other = number(shard(1).firstLeader()) % 3 + 1;
        server(other).leads(1, 5);

        int transfers = 0;
        for (int i = 0; i < 40 && !shard(1).settled(); i++) {
            transfers += (int) server(other).beat().stream()
                    .filter(Instruction::hasTransferLeader)
                    .count();
            beatAll(1);
            tick(1);
        }

        assertThat(transfers).isEqualTo(3);
        assertThat(shard(1).settled()).isTrue();
    }

    @Test
    void declaresDownAndActiveAgain() {
        lead(Clusters.founding(3, 3, 3));
        join(1, 2, 3);
        for (int i = 0; i < 20; i++) {
            server(2).beat();
            server(3).beat();
            tick(1);
        }
        assertThat(log.state().stateOf(id(1))).isEqualTo(ServerState.DOWN);

        server(1).beat();

        assertThat(log.state().stateOf(id(1))).isEqualTo(ServerState.ACTIVE);
        assertThat(commands(MarkServer.class)).hasSize(5);
    }

    @Test
    void proposesAgainWhatWasLost() {
        lead(Clusters.founding(1, 1, 1));
        register(1);
        log.loseProposals(true);
        server(1).beat();
        assertThat(log.state().stateOf(id(1))).isEqualTo(ServerState.JOINING);

        log.loseProposals(false);
        tick(1);

        assertThat(log.state().stateOf(id(1))).isEqualTo(ServerState.ACTIVE);
    }

    @Test
    void actsNotWhileAServerHasSeenANewerRing() {
        lead(Clusters.founding(1, 1, 1));
        register(1);
        server(1).ringEpochSeen = 100;

        assertThat(server(1).beat()).isEmpty();
        tick(30);

        assertThat(duties.isActing()).isFalse();
        assertThat(log.state().stateOf(id(1))).isEqualTo(ServerState.JOINING);
        assertThat(duties.notices().get(0)).contains("ring epoch 100");
    }

    @Test
    void ignoresLateHeartbeatsAndNoticesTwins() {
        lead(Clusters.founding(3, 3, 3));
        register(1);
        HeartbeatRequest first = server(1).heartbeat(10, 1);

        assertThat(duties.heartbeat(id(1), first)).isEqualTo(Fleet.Reception.NEWEST);
        assertThat(duties.heartbeat(id(1), first)).isEqualTo(Fleet.Reception.LATE);
        assertThat(duties.heartbeat(id(1), server(1).heartbeat(11, 1))).isEqualTo(Fleet.Reception.NEWEST);
        assertThat(duties.heartbeat(id(1), server(1).heartbeat(1, 2)))
                .as("restarted")
                .isEqualTo(Fleet.Reception.NEWEST);
        assertThat(duties.heartbeat(id(1), server(1).heartbeat(12, 1))).isEqualTo(Fleet.Reception.TWIN);
    }

    @Test
    void reportsWhatServersSay() {
        lead(Clusters.founding(3, 3, 3));
        join(1, 2, 3);
        beatAll(3);
        server(1).leads(1, 5);
        server(1).beat();
        tick(1);

        ClusterStatus status = status();

        assertThat(status.getComplete()).isTrue();
        assertThat(status.getPlaced()).isTrue();
        assertThat(status.getObservedMillis()).isEqualTo(TICK);
        assertThat(status.getManagersList())
                .extracting(manager -> manager.getReachable())
                .containsExactly(true, true, false);
        assertThat(status.getShards(0).getLeader()).isEqualTo(1);
        assertThat(status.getShards(0).getHealthyReplicas()).isEqualTo(3);
        assertThat(status.getServers(0).getLeaders()).isEqualTo(1);
        assertThat(status.getServers(0).getReplicas()).isEqualTo(3);
        assertThat(status.getServers(0).getHeartbeatAgeMillis()).isEqualTo(TICK);
    }

    @Test
    void countsAReplicaAsHealthyOnlyOnceItHasCaughtUp() {
        lead(Clusters.founding(3, 3, 3));
        join(1, 2, 3);
        beatAll(3);
        server(1).leads(1, 5);
        server(1).is(1, 900);
        server(2).is(1, 900);
        server(3).is(1, 100);
        beatAll(2);

        ShardStatus behind = status().getShards(0);
        assertThat(behind.getHealthyReplicas()).isEqualTo(2);
        assertThat(behind.getReplicasList().stream()
                        .filter(replica -> !replica.getCaughtUp())
                        .map(ReplicaStatus::getServerId))
                .containsExactly(3L);

        server(3).is(1, 900);
        beatAll(1);
        assertThat(status().getShards(0).getHealthyReplicas()).isEqualTo(3);
    }

    @Test
    void countsLeadersOnceAndReplicasThatAreThere() {
        lead(Clusters.founding(3, 3, 3));
        join(1, 2, 3);
        beatAll(3);
        server(1).leads(1, 5);
        server(1).lost(2);
        beatAll(1);
        assertThat(status().getServers(0).getLeaders()).isEqualTo(1);
        assertThat(status().getServers(0).getReplicas()).isEqualTo(2);

        server(2).leads(1, 6);
        server(2).beat();

        assertThat(status().getServersList().stream().map(ServerStatus::getLeaders))
                .as("the deposed leader has not noticed")
                .containsExactly(0, 1, 0);
        tick(10);
        server(1).beat();
        assertThat(status().getServersList().stream().map(ServerStatus::getLeaders))
                .as("the leader is silent")
                .containsExactly(0, 0, 0);
    }

    @Test
    void reportsLittleWithoutLeading() {
        lead(Clusters.founding(3, 3, 3));
        join(1);

        ClusterStatus status =
                new StatusReport(log.state(), new Leadership(false, 4, new ManagerId(2)), SELF, Map.of(), null).make();

        assertThat(status.getComplete()).isFalse();
        assertThat(status.getManagerLeader()).isEqualTo(2);
        assertThat(status.getServers(0).hasHeartbeatAgeMillis()).isFalse();
    }

    @Test
    void startsANewTermWithNothingButTheLog() {
        lead(Clusters.founding(3, 3, 3));
        join(1, 2, 3);
        beatAll(3);

        leadAgain(9);

        assertThat(duties.fleet().latest(id(1))).isNull();
        tick(19);
        assertThat(log.state().stateOf(id(1))).isEqualTo(ServerState.ACTIVE);
        assertThat(server(1).beat()).as("nothing is created twice").isEmpty();
    }

    // ---- The world around.

    private ClusterStatus status() {
        return new StatusReport(log.state(), log.leadership(), SELF, log.silentMillis(), duties).make();
    }

    private void lead(Founding founding) {
        log.leadIn(3, SELF);
        var unused = log.propose(new LoggedCommand(1, 1, SELF, 0, new CreateCluster(founding)));
        leadAgain(4);
    }

    private void leadAgain(long term) {
        log.leadIn(term, SELF);
        duties = new LeaderDuties(
                term,
                settings,
                log.state(),
                (command, decidedInTerm) -> log.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, command)),
                Runnable::run,
                maps,
                () -> new GroupId(new UUID(1, ++groups)));
    }

    private void propose(ClusterCommand command) {
        var unused = log.propose(new LoggedCommand(1, 1, SELF, 0, command));
        duties.stateChanged(log.state());
    }

    private void register(int number) {
        propose(Clusters.register(number));
    }

    private void join(int... numbers) {
        for (int number : numbers) {
            register(number);
            server(number).beat();
        }
    }

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            duties.tick(TICK);
            duties.stateChanged(log.state());
        }
    }

    private void beatAll(int times) {
        for (int i = 0; i < times; i++) {
            servers.values().forEach(Server::beat);
        }
    }

    private Server server(int number) {
        return servers.computeIfAbsent(number, Server::new);
    }

    private ManagedShard shard(int number) {
        return Objects.requireNonNull(log.state().shards().get(new ShardId(number)));
    }

    private static Instruction onlyTransfer(List<Instruction> instructions) {
        assertThat(instructions).singleElement().matches(Instruction::hasTransferLeader);
        return instructions.get(0);
    }

    private <T extends ClusterCommand> List<T> commands(Class<T> type) {
        return log.entries.stream()
                .map(LoggedCommand::command)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static ServerId id(int number) {
        return Clusters.server(number);
    }

    private static int number(ServerId id) {
        return (int) id.value();
    }

    /** A server that only reports and obeys. */
    private final class Server {

        private final int number;
        private final Map<Integer, ReplicaReport> replicas = new TreeMap<>();
        private boolean stopping;
        private long ringEpochSeen;
        private long sequence;

        Server(int number) {
            this.number = number;
        }

        HeartbeatRequest heartbeat(long wantedSequence, long bootId) {
            return HeartbeatRequest.newBuilder()
                    .setServerId(number)
                    .setBootId(bootId == 1 ? 1 : 77)
                    .setSequence(wantedSequence)
                    .addAllReplicas(replicas.values())
                    .setStopping(stopping)
                    .setRingEpochSeen(ringEpochSeen)
                    .build();
        }

        List<Instruction> beatWithoutObeying() {
            sequence++;
            Fleet.Reception unused = duties.heartbeat(id(number), heartbeat(sequence, 1));
            duties.stateChanged(log.state());
            return duties.instructionsFor(id(number));
        }

        List<Instruction> beat() {
            List<Instruction> instructions = new ArrayList<>(beatWithoutObeying());
            for (Instruction instruction : instructions) {
                if (instruction.hasCreate()) {
                    replicas.put(
                            instruction.getShard(),
                            ReplicaReport.newBuilder()
                                    .setShard(instruction.getShard())
                                    .setGroupId(instruction.getGroupId())
                                    .setLifeCycle("RUNNING")
                                    .build());
                }
            }
            return instructions;
        }

        void leads(int shard, long term) {
            replicas.computeIfPresent(
                    shard,
                    (key, report) -> report.toBuilder()
                            .setLeaderReady(true)
                            .setTerm(term)
                            .build());
        }

        /** How far its replica is. */
        void is(int shard, long index) {
            replicas.computeIfPresent(
                    shard,
                    (key, report) -> report.toBuilder()
                            .setAppliedIndex(index)
                            .setCommitIndex(index)
                            .build());
        }

        void lost(int shard) {
            replicas.computeIfPresent(
                    shard,
                    (key, report) -> report.toBuilder()
                            .setLedgerState(LedgerState.LEDGER_STATE_LOST)
                            .build());
        }

        void follows(int shard) {
            replicas.computeIfPresent(
                    shard,
                    (key, report) -> report.toBuilder().setLeaderReady(false).build());
        }
    }
}
