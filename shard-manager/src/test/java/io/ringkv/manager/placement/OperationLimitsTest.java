package io.ringkv.manager.placement;

import static io.ringkv.manager.placement.PaperCluster.id;
import static io.ringkv.manager.placement.PlacementCheckerTest.shard;
import static io.ringkv.manager.placement.PlacementCheckerTest.view;
import static io.ringkv.manager.placement.PlacementCheckerTest.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OperationLimitsTest {

    private static final OperationLimits LIMITS = new OperationLimits(2, 3, 1, 100, 1_000, 500);

    @Test
    void admitsSoManyPerServerAndLetsOthersPass() {
        List<Proposal> proposals = List.of(move(1, 1, 5), move(2, 2, 5), move(3, 3, 5), move(4, 3, 6));

        assertThat(admit(proposals, quiet())).containsExactly(1, 2, 4);
    }

    @Test
    void admitsSoManyPerCluster() {
        List<Proposal> proposals = List.of(move(1, 1, 4), move(2, 2, 5), move(3, 3, 6), move(4, 1, 5));

        assertThat(admit(proposals, quiet())).containsExactly(1, 2, 3);
    }

    @Test
    void admitsMoreWhereThereAreMoreServers() {
        OperationLimits growing = LIMITS.withCounts(2, 3, 1, 2);
        List<Proposal> proposals = List.of(move(1, 1, 4), move(2, 2, 5), move(3, 3, 6), move(4, 1, 7), move(5, 2, 8));
        PlacementView nine = view(3, 9, quiet().shards().toArray(ShardView[]::new));
        PlacementView eight =
                with(nine, 9, server -> server.withState(ServerState.DOWN).withHeard(false));
        PlacementView seven = with(eight, 8, server -> server.withHeard(false));

        assertThat(growing.admit(proposals, nine)).hasSize(4);
        assertThat(growing.admit(proposals, eight)).as("the dead do not count").hasSize(4);
        assertThat(growing.admit(proposals, seven)).as("nor do the silent").hasSize(3);
        assertThat(growing.admit(List.of(transfer(1, 2), transfer(2, 2), transfer(3, 2)), nine))
                .hasSize(3);
        assertThat(OperationLimits.USUAL.changesAtOnce(nine))
                .as("a small cluster")
                .isEqualTo(8);
    }

    @Test
    void admitsTransfersBesideChanges() {
        List<Proposal> proposals = List.of(move(1, 1, 4), move(2, 2, 5), move(3, 3, 6), transfer(4, 2), transfer(5, 2));

        assertThat(admit(proposals, quiet())).containsExactly(1, 2, 3, 4);
    }

    @Test
    void admitsOneOperationPerShard() {
        assertThat(admit(List.of(move(1, 1, 4), move(1, 2, 5)), quiet())).containsExactly(1);
    }

    @Test
    void countsWhatIsUnderWay() {
        List<ShardView> shards = new ArrayList<>(quiet().shards());
        shards.set(0, shards.get(0).withOperation(new ShardOperation(OperationKind.MOVE_REPLICA, id(1), id(5))));
        shards.set(1, shards.get(1).withOperation(new ShardOperation(OperationKind.MOVE_REPLICA, id(2), id(5))));
        PlacementView view = quiet().withShards(shards);

        assertThat(admit(List.of(move(1, 2, 4), move(3, 3, 5), move(4, 3, 6), move(5, 3, 6)), view))
                .containsExactly(4);
    }

    @Test
    void doesNotCountDeadSources() {
        List<Proposal> proposals = List.of(
                proposal(1, OperationKind.REPLACE_REPLICA, id(1), id(4)),
                proposal(2, OperationKind.REPLACE_REPLICA, id(1), id(5)),
                proposal(3, OperationKind.REPLACE_REPLICA, id(1), id(6)));

        assertThat(admit(proposals, quiet())).containsExactly(1, 2, 3);
    }

    @Test
    void estimatesCopyingAndOverhead() {
        assertThat(LIMITS.estimatedMillis(OperationKind.MOVE_REPLICA, 2_500)).isEqualTo(3_000);
        assertThat(LIMITS.estimatedMillis(OperationKind.REMOVE_REPLICA, 2_500)).isEqualTo(500);
        assertThat(LIMITS.estimatedMillis(OperationKind.ADD_REPLICA, Long.MAX_VALUE / 2))
                .isPositive();
    }

    @Test
    void refusesLimitsThatAdmitNothing() {
        assertThatThrownBy(() -> new OperationLimits(0, 1, 1, 1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 per server");
    }

    private static PlacementView quiet() {
        return view(
                3, 6, shard(1, 1, 2, 3), shard(2, 1, 2, 3), shard(3, 1, 2, 3), shard(4, 1, 2, 3), shard(5, 1, 2, 3));
    }

    private static List<Integer> admit(List<Proposal> proposals, PlacementView view) {
        return LIMITS.admit(proposals, view).stream()
                .map(proposal -> proposal.shard().value())
                .toList();
    }

    private static Proposal move(int shard, int source, int target) {
        return proposal(shard, OperationKind.MOVE_REPLICA, id(source), id(target));
    }

    private static Proposal transfer(int shard, int target) {
        return proposal(shard, OperationKind.TRANSFER_LEADER, null, id(target));
    }

    private static Proposal proposal(
            int shard, OperationKind kind, @Nullable ServerId source, @Nullable ServerId target) {
        return new Proposal(
                new ShardId(shard),
                new ShardOperation(kind, source, target),
                PlacementRule.EVEN_REPLICAS,
                "reason",
                "gain");
    }
}
