package io.ringkv.manager.placement;

import static io.ringkv.manager.placement.PaperCluster.id;
import static io.ringkv.manager.placement.PaperCluster.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementCheckerTest {

    @Test
    void findsNothingWrongWithAFirstPlacement() {
        assertThat(PlacementChecker.check(
                        PaperCluster.placed(3, 12, "a", "b", "c", "c").view()))
                .isEmpty();
    }

    @Test
    void agreesWithTheExampleOfTheClassComment() {
        PlacementView view = with(view(3, 4, shard(1, 1, 2, 3), shard(2, 1, 2, 4)), 2, PlacementCheckerTest::dead);

        List<Finding> findings = PlacementChecker.check(view);

        assertThat(findings)
                .extracting(PlacementCheckerTest::remedy)
                .containsExactly("1 REPLACE_REPLICA s2 s4", "2 REPLACE_REPLICA s2 s3");
        assertThat(findings.get(0).sentence())
                .isEqualTo("Shard 1 has a replica on s2, which is DOWN. It is replaced on s4.");
    }

    @Test
    void leavesAShardAloneThatHasLostItsMajority() {
        PlacementView view = view(3, 5, shard(1, 1, 2, 3));
        view = with(view, 1, PlacementCheckerTest::dead);
        view = with(view, 2, server -> server.withHeard(false));

        assertThat(PlacementChecker.check(view)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.UNDER_MAJORITY);
            assertThat(finding.remedy()).isNull();
            assertThat(finding.sentence())
                    .isEqualTo(
                            "Shard 1 has lost its majority: 1 of 3 replicas answer. Nothing can be changed until more"
                                    + " return of s1, s2.");
        });
    }

    @Test
    void mendsFirstWhatIsNearestToLosingItsMajority() {
        PlacementView view = view(5, 9, shard(1, 1, 2, 3, 4, 5), shard(2, 1, 2, 6, 7, 8), shard(3, 1, 3, 5, 7, 9));
        view = with(view, 1, PlacementCheckerTest::dead);
        view = with(view, 2, PlacementCheckerTest::dead);

        assertThat(remedies(view))
                .containsExactly("1 REPLACE_REPLICA s1 s6", "2 REPLACE_REPLICA s1 s9", "3 REPLACE_REPLICA s1 s4");
    }

    @Test
    void namesTheRuleThatRemovesWhatIsTooMuchInOneZoneAndInSeveral() {
        PlacementView oneZone = view(3, 5, shard(1, 1, 2, 3, 4, 5));
        PlacementView twoZones = with(oneZone, 5, server -> server.withZone("other"));

        for (PlacementView view : List.of(oneZone, twoZones)) {
            assertThat(Planner.propose(view)).singleElement().satisfies(proposal -> {
                assertThat(proposal.kind()).isEqualTo(OperationKind.REMOVE_REPLICA);
                assertThat(proposal.rule()).isEqualTo(PlacementRule.REMOVE_SURPLUS);
            });
            assertThat(Plan.of(view, new PlannedChange.Nothing(), PaperCluster.LIMITS)
                            .steps())
                    .extracting(Proposal::rule)
                    .containsOnly(PlacementRule.REMOVE_SURPLUS);
        }
    }

    @Test
    void ordersFindingsByUrgency() {
        PlacementView view = view(
                3, 6, shard(1, 3, 4, 5, 6), shard(2, 3, 4, 2), shard(3, 3, 4), shard(4, 1, 3, 4), shard(5, 1, 2, 3));
        view = with(view, 1, PlacementCheckerTest::dead);
        view = with(view, 2, server -> server.withState(ServerState.DRAINING));
        view = with(view, 6, server -> server.withDisk(10, 100));

        assertThat(PlacementChecker.check(view))
                .extracting(finding -> finding.kind() + " " + finding.shard() + " " + finding.server())
                .containsExactly(
                        "DEAD_REPLICA 4 " + id(1),
                        "DEAD_REPLICA 5 " + id(1),
                        "TOO_FEW_REPLICAS 3 null",
                        "DRAINING_REPLICA 5 " + id(2),
                        "DRAINING_REPLICA 2 " + id(2),
                        "TOO_MANY_REPLICAS 1 null",
                        "DISK_FULL null " + id(6));
    }

    @Test
    void saysWhyNoServerCanTakeAReplica() {
        PlacementView view = view(3, 7, shard(1, 1, 2, 3).withLeader(id(2)));
        view = with(view, 1, PlacementCheckerTest::dead);
        view = with(view, 4, server -> server.withDisk(20, 100));
        view = with(view, 5, server -> server.withMaintenance(true));
        view = with(view, 6, server -> server.withHeard(false));
        view = with(view, 7, server -> server.withState(ServerState.DRAINING));

        Finding finding = PlacementChecker.check(view).get(0);

        assertThat(finding.remedy()).isNull();
        assertThat(finding.needsPlace()).isTrue();
        assertThat(finding.sentence())
                .isEqualTo("Shard 1 has a replica on s1, which is DOWN. No server can take it (1 being emptied,"
                        + " 1 in maintenance, 1 silent, 2 with a replica of it already, 1 with too little free disk).");
    }

    @Test
    void givesAReplicaToNoServerThatItWouldFillUp() {
        PlacementView view = view(2, 3, shard(1, 2, 1), shard(2, 2, 1));
        view = with(view, 1, server -> server.withState(ServerState.DRAINING));

        assertThat(remedies(with(view, 3, server -> server.withDisk(400, 1_000))))
                .containsExactly("1 MOVE_REPLICA s1 s3", "2 MOVE_REPLICA s1 s3");
        assertThat(remedies(with(view, 3, server -> server.withDisk(399, 1_000))))
                .containsExactly("1 MOVE_REPLICA s1 s3");
        assertThat(remedies(with(view, 3, server -> server.withDisk(299, 1_000))))
                .isEmpty();
    }

    @Test
    void letsLeadersLeaveADrainingServerBeforeItsReplicas() {
        PlacementView view = view(2, 3, shard(1, 1, 2), shard(2, 2, 1));
        view = with(view, 1, server -> server.withState(ServerState.DRAINING));

        assertThat(remedies(view)).containsExactly("1 TRANSFER_LEADER  s2", "2 MOVE_REPLICA s1 s3");
    }

    @Test
    void movesTheOnlyReplicaOfAShardThoughItLeads() {
        PlacementView view = with(view(1, 2, shard(1, 1)), 1, server -> server.withState(ServerState.DRAINING));

        assertThat(remedies(view)).containsExactly("1 MOVE_REPLICA s1 s2");
    }

    @Test
    void leadsElsewhereDuringMaintenanceAndMovesNothing() {
        PlacementView view =
                with(view(2, 3, shard(1, 1, 2), shard(2, 2, 1)), 1, server -> server.withMaintenance(true));

        assertThat(remedies(view)).containsExactly("1 TRANSFER_LEADER  s2");
        assertThat(remedies(with(view, 1, server -> dead(server).withMaintenance(true))))
                .isEmpty();
    }

    @Test
    void leadsElsewhereWhileADiskIsFullIfOthersCanLead() {
        PlacementView view = with(view(3, 3, shard(1, 1, 2, 3)), 1, server -> server.withReadOnly(true));

        assertThat(PlacementChecker.check(view)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.LEADER_TO_GO);
            assertThat(finding.sentence()).contains("which is read-only, as its disk is full. It shall be led by s2");
        });
        assertThat(remedies(with(view, 2, server -> server.withReadOnly(true))))
                .containsExactly("1 TRANSFER_LEADER  s3");
    }

    @Test
    void leavesTheLeaderWhereItIsWhenAllDisksAreFull() {
        PlacementView view = view(2, 2, shard(1, 1, 2), shard(2, 2, 1));
        view = with(view, 1, server -> server.withReadOnly(true));
        view = with(view, 2, server -> server.withReadOnly(true));

        assertThat(PlacementChecker.check(view)).isEmpty();
    }

    /** A leader that takes no growth is better than one that is being emptied. */
    @Test
    void drainsToAReadOnlyLeaderWhenThereIsNoOther() {
        PlacementView view = view(2, 3, shard(1, 1, 2));
        view = with(view, 2, server -> server.withReadOnly(true));
        view = with(view, 3, server -> server.withReadOnly(true));
        view = with(view, 1, server -> server.withMaintenance(true));

        assertThat(remedies(view)).containsExactly("1 TRANSFER_LEADER  s2");
    }

    @Test
    void movesOnlyWhileEveryVoterAnswers() {
        PlacementView view = view(3, 5, shard(1, 3, 1, 2));
        view = with(view, 1, server -> server.withState(ServerState.DRAINING));
        view = with(view, 2, server -> server.withHeard(false));

        assertThat(PlacementChecker.check(view)).singleElement().satisfies(finding -> {
            assertThat(finding.remedy()).isNull();
            assertThat(finding.needsPlace()).isFalse();
            assertThat(finding.sentence()).endsWith("which is being emptied. It waits until s2 answers.");
        });
    }

    @Test
    void removesTheDeadInsteadOfReplacingThemWhenThereAreVotersEnough() {
        PlacementView view = with(view(3, 6, shard(1, 1, 2, 3, 4, 5)), 5, PlacementCheckerTest::dead);

        assertThat(remedies(view)).containsExactly("1 REMOVE_REPLICA s5 ");
    }

    @Test
    void removesFromTheCrowdedZoneAndKeepsTheLeader() {
        PlacementView view = view(3, 5, shard(1, 4, 1, 2, 3));
        view = with(view, 1, server -> server.withZone("a"));
        view = with(view, 4, server -> server.withZone("a"));
        view = with(view, 2, server -> server.withZone("b"));
        view = with(view, 3, server -> server.withZone("c"));

        assertThat(remedies(view)).containsExactly("1 REMOVE_REPLICA s1 ");
    }

    @Test
    void spreadsAShardOverZonesAsSoonAsItCan() {
        PlacementView view = view(2, 3, shard(1, 1, 2));
        view = with(view, 1, server -> server.withZone("a"));
        view = with(view, 2, server -> server.withZone("a"));
        view = with(view, 3, server -> server.withZone("b"));

        assertThat(remedies(view)).containsExactly("1 MOVE_REPLICA s2 s3");
        assertThat(PlacementChecker.check(view).get(0).sentence())
                .isEqualTo("Shard 1 has 2 replicas in zone a (allowed: 1). The one on s2 moves to s3.");
    }

    @Test
    void leavesAShardAloneThatIsBusyOrOnHold() {
        PlacementView view = with(view(3, 5, shard(1, 1, 2, 3)), 3, PlacementCheckerTest::dead);
        ShardOperation underWay = new ShardOperation(OperationKind.REPLACE_REPLICA, id(3), id(4));
        PlacementView busy = view.withShards(List.of(view.shards().get(0).withOperation(underWay)));
        PlacementView held = view.withShards(List.of(view.shards().get(0).withHold(true)));

        assertThat(PlacementChecker.check(busy)).isEmpty();
        assertThat(PlacementChecker.check(held)).singleElement().satisfies(finding -> {
            assertThat(finding.remedy()).isNull();
            assertThat(finding.sentence()).endsWith("It is on hold: an operation on it failed lately.");
        });
    }

    @Test
    void countsReplicasOnTheirWayWhenItChoosesTargets() {
        PlacementView view = view(2, 4, shard(1, 2, 1), shard(2, 2, 1));
        view = with(view, 1, server -> server.withState(ServerState.DRAINING));
        ShardOperation underWay = new ShardOperation(OperationKind.MOVE_REPLICA, id(1), id(3));
        List<ShardView> shards = new ArrayList<>(view.shards());
        shards.set(0, shards.get(0).withOperation(underWay));

        assertThat(remedies(view.withShards(shards))).containsExactly("2 MOVE_REPLICA s1 s4");
    }

    @Test
    void reservesDiskForReplicasOnTheirWayUntilTheyHaveArrived() {
        PlacementView view = view(2, 3, shard(1, 2, 1), shard(2, 2, 1));
        view = with(view, 1, server -> server.withState(ServerState.DRAINING));
        view = with(view, 3, server -> server.withDisk(300, 1_000));
        ShardOperation move = new ShardOperation(OperationKind.MOVE_REPLICA, id(1), id(3));
        List<ShardView> shards = new ArrayList<>(view.shards());
        shards.set(0, shard(1, 2, 1).withOperation(move));
        PlacementView onTheWay = view.withShards(shards);
        shards.set(0, shard(1, 2, 1, 3).withOperation(move));
        PlacementView arrived = view.withShards(shards);

        assertThat(remedies(onTheWay)).isEmpty();
        assertThat(remedies(arrived)).containsExactly("2 MOVE_REPLICA s1 s3");
    }

    @Test
    void choosesTheServerWithTheFewestReplicasOfAllZones() {
        PlacementView view = view(2, 5, shard(1, 1, 2), shard(2, 3, 4), shard(3, 4, 3), shard(4, 4, 5));
        String[] zones = {"a", "b", "c", "d", "e"};
        for (int number = 1; number <= zones.length; number++) {
            String zone = zones[number - 1];
            view = with(view, number, server -> server.withZone(zone));
        }

        assertThat(remedies(with(view, 2, server -> server.withState(ServerState.DRAINING))))
                .containsExactly("1 MOVE_REPLICA s2 s5");
    }

    @Test
    void countsAMajorityFromTheVotersThereAreNowWhateverIsUnderWay() {
        ShardOperation underWay = new ShardOperation(OperationKind.REPLACE_REPLICA, id(1), id(4));
        PlacementView view = view(3, 4, shard(1, 3, 1, 2).withOperation(underWay));
        view = with(view, 1, PlacementCheckerTest::dead);
        view = with(view, 2, PlacementCheckerTest::dead);

        assertThat(PlacementChecker.check(view)).extracting(Finding::kind).containsExactly(FindingKind.UNDER_MAJORITY);
    }

    private static List<String> remedies(PlacementView view) {
        return PlacementChecker.check(view).stream()
                .filter(finding -> finding.remedy() != null)
                .map(PlacementCheckerTest::remedy)
                .toList();
    }

    private static String remedy(Finding finding) {
        Proposal remedy = finding.remedy();
        return remedy == null ? "" : text(remedy);
    }

    static String text(Proposal proposal) {
        return proposal.shard() + " " + proposal.kind() + " " + name(proposal.source()) + " " + name(proposal.target());
    }

    private static String name(@Nullable ServerId server) {
        return server == null ? "" : "s" + server.value();
    }

    private static ServerView dead(ServerView server) {
        return server.withState(ServerState.DOWN).withHeard(false);
    }

    /** A shard of a hundred bytes; the first server leads. */
    static ShardView shard(int number, int... voters) {
        List<ServerId> ids = IntStream.of(voters).mapToObj(PaperCluster::id).toList();
        return ShardView.quiet(new ShardId(number), ids, ids.get(0), 100);
    }

    /** Servers numbered from 1 without zones. */
    static PlacementView view(int replicationFactor, int servers, ShardView... shards) {
        return new PlacementView(
                IntStream.rangeClosed(1, servers)
                        .mapToObj(number -> server(number, ""))
                        .toList(),
                List.of(shards),
                replicationFactor,
                PlacementTolerances.USUAL);
    }

    static PlacementView with(PlacementView view, int number, UnaryOperator<ServerView> change) {
        return view.withServers(view.servers().stream()
                .map(server -> server.server().equals(id(number)) ? change.apply(server) : server)
                .toList());
    }
}
