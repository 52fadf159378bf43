package io.ringkv.manager.placement;

import static io.ringkv.manager.placement.PaperCluster.id;
import static io.ringkv.manager.placement.PaperCluster.server;
import static io.ringkv.manager.placement.PlacementCheckerTest.shard;
import static io.ringkv.manager.placement.PlacementCheckerTest.view;
import static io.ringkv.manager.placement.PlacementCheckerTest.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BalancerTest {

    private static final long GIB = 1L << 30;

    @Test
    void isStillWhenAFirstPlacementIsEven() {
        assertThat(Balancer.propose(
                        PaperCluster.placed(3, 7, "", "", "", "", "").view()))
                .isEmpty();
    }

    @Test
    void agreesWithTheExampleOfTheClassComment() {
        PaperCluster cluster = PaperCluster.placed(3, 6, "", "", "");
        cluster.join(server(4, ""));

        cluster.settle();

        assertThat(cluster.replicas().values()).containsExactlyInAnyOrder(5, 5, 4, 4);
        assertThat(cluster.leaders().values()).containsExactlyInAnyOrder(2, 2, 1, 1);
        assertThat(cluster.copied()).isEqualTo(4);
        assertThat(cluster.transfers()).isEqualTo(1);
    }

    @Test
    void prefersShardsThatTheSourceDoesNotLead() {
        PlacementView view = view(2, 3, shard(1, 1, 2), shard(2, 2, 1), shard(3, 1, 2), shard(4, 2, 1));

        assertThat(texts(Balancer.propose(view))).containsExactly("2 MOVE_REPLICA s1 s3", "1 MOVE_REPLICA s2 s3");
    }

    @Test
    void makesRoomAlongAChainWhenTheFullestCannotGiveToTheEmptiest() {
        // s1 cannot give to s4 or s5: each of its shards has a replica in their zone already. s2 can.
        PlacementView view = view(
                2,
                5,
                shard(1, 1, 4),
                shard(2, 1, 4),
                shard(3, 1, 5),
                shard(4, 1, 5),
                shard(5, 2, 3),
                shard(6, 2, 3),
                shard(7, 2, 3));
        String[] zones = {"a", "b", "c", "d", "d"};
        for (int number = 1; number <= zones.length; number++) {
            String zone = zones[number - 1];
            view = with(view, number, server -> server.withZone(zone));
        }

        List<Proposal> proposals = Balancer.propose(view);

        assertThat(proposals.get(0).reason())
                .isEqualTo("Server s2 makes room for a replica of s1, which cannot give one to s4 itself.");
        PaperCluster cluster = new PaperCluster("", view, new Random(1));
        cluster.settle();
        assertThat(cluster.replicas().values()).containsExactlyInAnyOrder(3, 3, 3, 3, 2);
    }

    @Test
    void passesLeadersAlongAChain() {
        // s1 leads two and s3 none, but they share no shard.
        PlacementView view = view(2, 4, shard(1, 1, 2), shard(2, 1, 4), shard(3, 2, 3), shard(4, 4, 3));

        List<Proposal> proposals = Balancer.propose(view);

        assertThat(texts(proposals)).containsExactly("3 TRANSFER_LEADER  s3");
        assertThat(proposals.get(0).reason())
                .isEqualTo("Server s2 passes a shard on to s3, so that it can take one from s1.");
        PaperCluster cluster = new PaperCluster("", view, new Random(1));
        cluster.settle();
        assertThat(cluster.leaders().values()).containsOnly(1);
    }

    @Test
    void leavesServersAloneThatAreSilentOrInMaintenance() {
        PlacementView view = view(2, 4, shard(1, 1, 2), shard(2, 1, 2), shard(3, 1, 2), shard(4, 1, 2));
        view = with(view, 3, server -> server.withHeard(false));
        view = with(view, 4, server -> server.withMaintenance(true));

        assertThat(texts(Balancer.propose(view))).allMatch(text -> text.contains("TRANSFER_LEADER"));
    }

    @Test
    void waitsWithLeadersUntilReplicasHaveMoved() {
        // Replicas 2 2 2 2 when s4 has taken the place of s1 in shard 4; leaders 2 1 1 0.
        PlacementView view = view(2, 4, shard(1, 1, 2), shard(2, 1, 3), shard(3, 2, 4), shard(4, 3, 1));
        ShardOperation move = new ShardOperation(OperationKind.MOVE_REPLICA, id(1), id(4));
        List<ShardView> shards = new ArrayList<>(view.shards());
        shards.set(3, view.shards().get(3).withOperation(move));
        PlacementView moving = view.withShards(shards);
        shards.set(3, view.shards().get(3).after(move));
        PlacementView moved = view.withShards(shards);

        assertThat(texts(Balancer.propose(view))).singleElement().asString().contains("MOVE_REPLICA s1 s4");
        assertThat(texts(Balancer.propose(moving))).isEmpty();
        assertThat(texts(Balancer.propose(moved))).singleElement().asString().contains("TRANSFER_LEADER");
    }

    @Test
    void takesALeaderThatIsNoVoterForUnknown() {
        ShardView shard = ShardView.quiet(new ShardId(1), List.of(id(1)), id(2), 0);

        assertThat(shard.leader()).isNull();
    }

    @Test
    void exchangesALargeShardForASmallOneAndThenIsStill() {
        PlacementView view = loaded(8, 8, 1, 1);

        List<Proposal> proposals = Balancer.propose(view);

        assertThat(proposals).extracting(Proposal::rule).containsOnly(PlacementRule.EVEN_LOAD);
        assertThat(texts(proposals)).containsExactly("1 MOVE_REPLICA s1 s2", "3 MOVE_REPLICA s2 s1");
        PaperCluster cluster = new PaperCluster("", view, new Random(1));
        cluster.settle();
        assertThat(cluster.copied()).isEqualTo(2);
    }

    @Test
    void letsDataBeUnevenWithinTheTolerance() {
        assertThat(Balancer.propose(loaded(5, 5, 4, 3))).isEmpty();
    }

    /** Two servers with two shards each, one replica per shard, of so many gibibytes. */
    private static PlacementView loaded(long... gibibytes) {
        return new PlacementView(
                List.of(server(1, ""), server(2, "")),
                List.of(
                        ShardView.quiet(new ShardId(1), List.of(id(1)), id(1), gibibytes[0] * GIB),
                        ShardView.quiet(new ShardId(2), List.of(id(1)), id(1), gibibytes[1] * GIB),
                        ShardView.quiet(new ShardId(3), List.of(id(2)), id(2), gibibytes[2] * GIB),
                        ShardView.quiet(new ShardId(4), List.of(id(2)), id(2), gibibytes[3] * GIB)),
                1,
                PlacementTolerances.USUAL);
    }

    private static List<String> texts(List<Proposal> proposals) {
        return proposals.stream().map(PlacementCheckerTest::text).toList();
    }
}
