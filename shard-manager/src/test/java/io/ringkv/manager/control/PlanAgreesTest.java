package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.manager.placement.OperationLimits;
import io.ringkv.manager.placement.Plan;
import io.ringkv.manager.placement.PlannedChange;
import io.ringkv.manager.placement.ServerView;
import io.ringkv.manager.state.Clusters;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.PauseOperations;
import io.ringkv.rpc.SetReplicationFactor;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a plan says before a change is what then happens in the {@link SimulatedCluster}, where nothing hinders it: as many
 * copies; no fewer replicas on the way; leader changes and time within a factor, since who is elected is chance, and an
 * operation waits for heartbeats.
 */
class PlanAgreesTest {

    private static final OperationLimits LIMITS = new OperationLimits(
            OperationLimits.USUAL.changesPerServer(),
            OperationLimits.USUAL.changesPerCluster(),
            OperationLimits.USUAL.transfersPerCluster(),
            OperationLimits.USUAL.serversPerChange(),
            SimulatedCluster.BYTES_PER_SECOND,
            OperationLimits.USUAL.overheadMillis());

    /** Time may be so many times what was planned, or the other way round. */
    private static final int TIME_FACTOR = 3;

    private static final long STARTING_MILLIS = 20_000;
    private static final int SERVERS = 5;
    private static final int SHARDS = 8;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void joining(long seed) {
        SimulatedCluster cluster = settled(seed);
        int next = cluster.servers.lastKey() + 1;
        List<ServerView> joining = List.of(
                ServerView.active(Clusters.server(next), "a", ""),
                ServerView.active(Clusters.server(next + 1), "b", ""));

        agrees(cluster, new PlannedChange.Join(joining), () -> {
            cluster.addServer();
            cluster.addServer();
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void draining(long seed) {
        SimulatedCluster cluster = settled(seed);

        agrees(
                cluster,
                new PlannedChange.Drain(Clusters.server(2)),
                () -> cluster.ask(ChangeRequest.newBuilder()
                        .setDrainServer(DrainServer.newBuilder()
                                .setServer(Clusters.server(2).toString())
                                .setOn(true))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5})
    void changingTheReplicationFactor(int factor) {
        SimulatedCluster cluster = settled(factor);

        agrees(
                cluster,
                new PlannedChange.Replication(factor),
                () -> cluster.ask(ChangeRequest.newBuilder()
                        .setSetReplicationFactor(
                                SetReplicationFactor.newBuilder().setReplicationFactor(factor))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void repairing(long seed) {
        SimulatedCluster cluster = settled(seed);
        pause(cluster, true);
        Objects.requireNonNull(cluster.servers.get(3)).crash();
        cluster.queue.runFor(20_000);

        agrees(cluster, new PlannedChange.Nothing(), () -> pause(cluster, false));
    }

    private static SimulatedCluster settled(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(seed, Sabotage.NONE, SERVERS, SHARDS, 3);
        cluster.place();
        cluster.settle();
        return cluster;
    }

    private static void pause(SimulatedCluster cluster, boolean paused) {
        cluster.ask(ChangeRequest.newBuilder()
                .setPauseOperations(PauseOperations.newBuilder().setPaused(paused)));
        cluster.queue.runFor(100);
    }

    private static void agrees(SimulatedCluster cluster, PlannedChange change, Runnable deed) {
        LeaderDuties duties = Objects.requireNonNull(
                Objects.requireNonNull(cluster.managers.leader()).duties());
        Plan plan = Plan.of(duties.placementView(), change, LIMITS);
        assertThat(plan.isPossible()).as("%s", plan.refusals()).isTrue();
        cluster.shards.values().forEach(ShardModel::countAnew);
        int copiedBefore = cluster.checks.copied();
        long begin = cluster.queue.now();

        deed.run();
        cluster.queue.runFor(10_000);
        cluster.rest();

        long millis = cluster.queue.now() - cluster.managers.stillMillis() - begin;
        int leaderChanges = cluster.shards.values().stream()
                .mapToInt(ShardModel::leaderChanges)
                .sum();
        int fewest = cluster.shards.values().stream()
                .mapToInt(ShardModel::fewestVoters)
                .min()
                .orElseThrow();
        String what = change + ": planned " + plan.cost() + "; copied " + (cluster.checks.copied() - copiedBefore)
                + ", leader changes " + leaderChanges + ", fewest voters " + fewest + ", millis " + millis;
        assertThat(cluster.checks.copied() - copiedBefore)
                .as(what)
                .isEqualTo(plan.cost().replicasCopied());
        assertThat(fewest).as(what).isGreaterThanOrEqualTo(plan.cost().lowestReplicas());
        assertThat(leaderChanges).as(what).isLessThanOrEqualTo(2 * plan.cost().leaderChanges() + SHARDS / 2);
        assertThat(millis)
                .as(what)
                .isBetween(
                        plan.cost().estimatedMillis() / TIME_FACTOR,
                        plan.cost().estimatedMillis() * TIME_FACTOR + STARTING_MILLIS);
    }
}
