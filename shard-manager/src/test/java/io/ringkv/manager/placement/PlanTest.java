package io.ringkv.manager.placement;

import static io.ringkv.manager.placement.PaperCluster.id;
import static io.ringkv.manager.placement.PaperCluster.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.manager.operation.OperationKind;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final OperationLimits LIMITS = new OperationLimits(2, 4, 3, 100, 100, 10);

    @Test
    void costsNothingToChangeNothing() {
        PaperCluster cluster = PaperCluster.placed(3, 12, "", "", "", "");

        Plan plan = plan(cluster, new PlannedChange.Nothing());

        assertThat(plan.isPossible()).isTrue();
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.cost()).isEqualTo(new PlanCost(0, 0, 0, 0, 3, 0));
    }

    @Test
    void givesAServerThatJoinsItsFairShare() {
        PaperCluster cluster = PaperCluster.placed(3, 12, "", "", "");

        Plan plan = plan(cluster, new PlannedChange.Join(List.of(server(4, ""))));

        assertThat(plan.cost().replicasCopied()).isEqualTo(9);
        assertThat(plan.cost().bytesCopied()).isEqualTo(900);
        assertThat(plan.cost().shardsChanged()).isEqualTo(9);
        assertThat(plan.cost().leaderChanges()).isEqualTo(3);
        assertThat(plan.cost().lowestReplicas()).isEqualTo(3);
        // Nine copies of 1010 ms each, two at a time; then three transfers of 10 ms, three at a time.
        assertThat(plan.cost().estimatedMillis()).isEqualTo(9 * 1_010 / 2 + 10);
    }

    @Test
    void agreesWithWhatThenHappens() {
        PaperCluster joining = PaperCluster.placed(3, 24, "a", "a", "b", "b", "c", "c");
        Plan join = plan(joining, new PlannedChange.Join(List.of(server(7, "a"))));
        joining.join(server(7, "a"));
        joining.settle();
        agree(join, joining);

        PaperCluster draining = PaperCluster.placed(3, 24, "", "", "", "", "");
        Plan drain = plan(draining, new PlannedChange.Drain(id(2)));
        draining.drain(id(2));
        draining.settle();
        agree(drain, draining);

        PaperCluster growing = PaperCluster.placed(3, 24, "", "", "", "", "", "");
        Plan grow = plan(growing, new PlannedChange.Replication(5));
        growing.setReplicationFactor(5);
        growing.settle();
        agree(grow, growing);
    }

    private static void agree(Plan plan, PaperCluster cluster) {
        assertThat(plan.isPossible()).isTrue();
        assertThat(cluster.copied()).isEqualTo(plan.cost().replicasCopied());
        assertThat(cluster.replicas().values().stream().sorted().toList())
                .isEqualTo(new PaperCluster("", plan.result(), new Random(1))
                        .replicas().values().stream().sorted().toList());
    }

    @Test
    void emptiesAServerWithoutLosingAReplicaOnTheWay() {
        PaperCluster cluster = PaperCluster.placed(3, 12, "", "", "", "");

        Plan plan = plan(cluster, new PlannedChange.Drain(id(1)));

        assertThat(plan.cost().lowestReplicas()).isEqualTo(3);
        assertThat(plan.cost().replicasCopied()).isEqualTo(9);
        assertThat(plan.result().shards()).noneMatch(shard -> shard.voters().contains(id(1)));
    }

    @Test
    void refusesToDrainWhenTooFewServersWouldBeLeft() {
        Plan plan = plan(PaperCluster.placed(3, 6, "", "", ""), new PlannedChange.Drain(id(1)));

        assertThat(plan.steps()).isEmpty();
        assertThat(plan.refusals())
                .containsExactly("Without s1 there are 2 servers for 3 replicas. Add a server, or lower the replication"
                        + " factor, first.");
    }

    @Test
    void drainingAServerThatIsDownReplacesWhatItHoldsFromOthers() {
        PaperCluster cluster = PaperCluster.placed(3, 12, "", "", "", "", "");
        int held = Objects.requireNonNull(cluster.replicas().get(id(1)));
        cluster.kill(id(1));

        Plan plan = plan(cluster, new PlannedChange.Drain(id(1)));

        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.warnings())
                .singleElement()
                .asString()
                .startsWith("Server s1 is DOWN: what it holds is made anew");
        assertThat(plan.steps().stream()
                        .filter(step -> step.kind() == OperationKind.REPLACE_REPLICA)
                        .count())
                .isEqualTo(held);
        assertThat(plan.result().shards()).noneMatch(shard -> shard.voters().contains(id(1)));
    }

    @Test
    void refusesToDrainADownServerWhenTooFewOthersAreLeft() {
        PaperCluster cluster = PaperCluster.placed(3, 6, "", "", "");
        cluster.kill(id(1));

        assertThat(plan(cluster, new PlannedChange.Drain(id(1))).refusals())
                .singleElement()
                .asString()
                .startsWith("Without s1 there are 2 servers for 3 replicas.");
    }

    @Test
    void refusesToDrainWhenDisksAreTooFull() {
        PaperCluster cluster = PaperCluster.placed(2, 6, "", "", "");
        cluster.change(id(2), server -> server.withDisk(350, 1_000));
        cluster.change(id(3), server -> server.withDisk(350, 1_000));

        Plan plan = plan(cluster, new PlannedChange.Drain(id(1)));

        assertThat(plan.isPossible()).isFalse();
        assertThat(plan.refusals()).allMatch(sentence -> sentence.contains("too little free disk"));
    }

    @Test
    void refusesMoreReplicasThanServersAndNumbersOutOfBounds() {
        PaperCluster cluster = PaperCluster.placed(3, 6, "", "", "");

        assertThat(plan(cluster, new PlannedChange.Replication(5)).refusals())
                .containsExactly("There are 3 servers for 5 replicas. Add 2 first.");
        assertThat(plan(cluster, new PlannedChange.Replication(0)).isPossible()).isFalse();
        assertThat(plan(cluster, new PlannedChange.Replication(8)).isPossible()).isFalse();
    }

    @Test
    void warnsOfAnEvenNumberOfReplicas() {
        Plan plan = plan(PaperCluster.placed(3, 6, "", "", "", ""), new PlannedChange.Replication(4));

        assertThat(plan.warnings()).containsExactly("An even number of replicas survives no more failures than 3.");
    }

    @Test
    void lowersTheNumberOfReplicasWithoutCopying() {
        PaperCluster cluster = PaperCluster.placed(5, 20, "", "", "", "", "");

        Plan plan = plan(cluster, new PlannedChange.Replication(3));

        assertThat(plan.steps()).extracting(Proposal::kind).containsOnly(OperationKind.REMOVE_REPLICA);
        assertThat(plan.cost().leaderChanges()).isZero();
        assertThat(plan.cost().lowestReplicas()).isEqualTo(3);
    }

    @Test
    void refusesToRemoveAServerThatHoldsReplicas() {
        PaperCluster cluster = PaperCluster.placed(3, 8, "", "", "", "");

        assertThat(plan(cluster, new PlannedChange.Remove(id(1), false)).refusals())
                .containsExactly("Server s1 holds 6 replicas. Drain it first.");
        assertThat(plan(cluster, new PlannedChange.Remove(id(1), true)).refusals())
                .containsExactly(
                        "Server s1 holds 6 replicas. Drain it first; only a server that is DOWN can be removed by"
                                + " force.");
        cluster.kill(id(1));
        assertThat(plan(cluster, new PlannedChange.Remove(id(1), false)).refusals())
                .containsExactly("Server s1 is DOWN and holds 6 replicas. Wait until they are replaced, or remove it by"
                        + " force.");
    }

    @Test
    void saysWhatIsLostWhenAServerIsRemovedByForce() {
        PaperCluster cluster = PaperCluster.placed(1, 2, "", "");
        cluster.kill(id(1));

        Plan plan = plan(cluster, new PlannedChange.Remove(id(1), true));

        assertThat(plan.isPossible()).isTrue();
        assertThat(plan.warnings()).singleElement().asString().startsWith("Shard 1 has lost its majority");
        assertThat(plan.cost().lowestReplicas()).isZero();
    }

    @Test
    void warnsWhenReplicasWillShareAZone() {
        PaperCluster cluster = PaperCluster.placed(3, 6, "a", "b", "c", "c", "a");

        Plan plan = plan(cluster, new PlannedChange.Drain(id(2)));

        assertThat(plan.isPossible()).isTrue();
        assertThat(plan.warnings())
                .singleElement()
                .asString()
                .startsWith("Up to 2 replicas of a shard will stand in one");
    }

    @Test
    void warnsWhenTheOnlyServerOfANewZoneWillHoldEverything() {
        PaperCluster cluster = PaperCluster.placed(3, 20, "a", "a", "a", "a", "b", "b", "b", "b");

        Plan plan = plan(cluster, new PlannedChange.Join(List.of(server(9, "c"))));
        assertThat(plan.warnings())
                .containsExactly(
                        "Server s9 will hold 20 replicas, the average is 6: its zone has too few servers for its"
                                + " share.");
    }

    @Test
    void movesWhatAZoneChangeBringsTogether() {
        PaperCluster cluster = PaperCluster.placed(3, 6, "a", "b", "c", "c");

        Plan plan = plan(cluster, new PlannedChange.Rezone(id(4), "a"));

        assertThat(plan.isPossible()).isTrue();
        assertThat(plan.remaining()).isEmpty();
        assertThat(plan.steps()).isNotEmpty();
    }

    @Test
    void takesLeadersAwayForMaintenanceAndBringsThemBack() {
        PaperCluster cluster = PaperCluster.placed(3, 6, "", "", "");

        Plan begin = plan(cluster, new PlannedChange.Maintenance(id(1), true));

        assertThat(begin.steps()).extracting(Proposal::kind).containsOnly(OperationKind.TRANSFER_LEADER);
        assertThat(begin.cost().leaderChanges()).isEqualTo(2);
        Plan end = Plan.of(begin.result(), new PlannedChange.Maintenance(id(1), false), LIMITS);
        assertThat(end.cost().leaderChanges()).isEqualTo(2);
    }

    @Test
    void refusesServersItDoesNotKnowOrKnowsAlready() {
        PaperCluster cluster = PaperCluster.placed(1, 2, "", "");

        assertThat(plan(cluster, new PlannedChange.Drain(id(9))).isPossible()).isFalse();
        assertThat(plan(cluster, new PlannedChange.Remove(id(9), false)).isPossible())
                .isFalse();
        assertThat(plan(cluster, new PlannedChange.Rezone(id(9), "a")).isPossible())
                .isFalse();
        assertThat(plan(cluster, new PlannedChange.Maintenance(id(9), true)).isPossible())
                .isFalse();
        assertThat(plan(cluster, new PlannedChange.Join(List.of(server(1, "")))).isPossible())
                .isFalse();
    }

    private static Plan plan(PaperCluster cluster, PlannedChange change) {
        return Plan.of(cluster.view(), change, LIMITS);
    }
}
