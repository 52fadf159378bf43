package io.ringkv.common.shardmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of two records of a shard everybody keeps the same one, in whatever order they arrive. */
class ShardRecordTest {

    private static final ServerId LEADER = new ServerId(7);

    @ParameterizedTest
    @CsvSource({
        // incarnation, range epoch, replica epoch of the newer and the older record
        "2, 0, 0, 1, 9, 9",
        "1, 2, 0, 1, 1, 9",
        "1, 1, 2, 1, 1, 1",
        "1, 4294967296, 0, 1, 1, 0",
    })
    void keepsTheNewerInBothOrders(int inc1, long range1, long replica1, int inc2, long range2, long replica2) {
        ShardRecord newer = record(inc1, range1, replica1, null);
        ShardRecord older = record(inc2, range2, replica2, LEADER);

        assertThat(newer.compareEpoch(older)).isPositive();
        assertThat(older.compareEpoch(newer)).isNegative();
        assertThat(newer.merge(older)).isSameAs(newer);
        assertThat(older.merge(newer)).isSameAs(newer);
    }

    @Test
    void learnsALeaderAtEqualEpochs() {
        ShardRecord known = record(1, 1, 1, null);
        ShardRecord heard = record(1, 1, 1, LEADER);

        assertThat(known.compareEpoch(heard)).isZero();
        assertThat(known.merge(heard).leaderHint()).isEqualTo(LEADER);
        assertThat(heard.merge(known)).as("an unknown leader is no news").isSameAs(heard);
        assertThat(heard.merge(record(1, 1, 1, new ServerId(8))).leaderHint()).isEqualTo(new ServerId(8));
        assertThat(heard.withLeaderHint(null)).isEqualTo(known);
        assertThat(heard.withLeaderHint(LEADER)).isSameAs(heard);
    }

    @Test
    void countsOnlyVoters() {
        ReplicaRecord target = new ReplicaRecord(new ServerId(9), ReplicaRole.TARGET);
        ShardRecord record = withReplicas(List.of(replica(3), target, replica(1)));

        assertThat(record.voters()).containsExactly(new ServerId(3), new ServerId(1));
    }

    @Test
    void refusesWhatCannotBe() {
        ShardRecord otherShard =
                new ShardRecord(new ShardId(2), group(), 1, TokenRange.fullCircle(), 1, 1, List.of(), null);

        assertThatThrownBy(() -> record(1, 1, 1, null).compareEpoch(otherShard))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shard 2 (expected: 1)");
        assertThatThrownBy(() -> record(0, 1, 1, null)).hasMessage("incarnation: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> record(1, -1, 1, null)).hasMessage("rangeEpoch: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> record(1, 1, -1, null)).hasMessage("replicaEpoch: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> withReplicas(List.of(replica(1), replica(1)))).hasMessageContaining("twice");
    }

    @Test
    void refusesServersAndManagersWithoutAddress() {
        ServerId id = new ServerId(1);

        assertThatThrownBy(() -> new ServerRecord(id, "s1", "", "h:2", "h:3", "", "", ServerState.ACTIVE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clientAddress: \"\" (expected: not empty)");
        assertThatThrownBy(() -> new ServerRecord(id, "", "h:1", "h:2", "h:3", "", "", ServerState.ACTIVE))
                .hasMessageStartingWith("label");
        assertThat(ShardMapHistory.server(1).withState(ServerState.DOWN).state())
                .isEqualTo(ServerState.DOWN);
    }

    private static ReplicaRecord replica(int server) {
        return ShardMapHistory.replica(server);
    }

    private static GroupId group() {
        return new GroupId(new UUID(5, 5));
    }

    private static ShardRecord withReplicas(List<ReplicaRecord> replicas) {
        return new ShardRecord(new ShardId(1), group(), 1, TokenRange.fullCircle(), 1, 1, replicas, null);
    }

    private static ShardRecord record(int incarnation, long rangeEpoch, long replicaEpoch, @Nullable ServerId leader) {
        return new ShardRecord(
                new ShardId(1),
                group(),
                incarnation,
                TokenRange.fullCircle(),
                rangeEpoch,
                replicaEpoch,
                List.of(replica(1)),
                leader);
    }
}
