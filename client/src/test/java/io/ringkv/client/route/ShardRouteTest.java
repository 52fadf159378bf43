package io.ringkv.client.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ShardRouteTest {

    private static final ServerId ONE = new ServerId(1);
    private static final ServerId TWO = new ServerId(2);
    private static final ServerId THREE = new ServerId(3);
    private static final ServerId FOUR = new ServerId(4);

    private final ShardRoute route = new ShardRoute(record(1, TWO, ONE, TWO, THREE));

    @Test
    void beginsWithTheLeaderOfTheRecord() {
        assertThat(route.chooseLeader(any -> true, List.of())).isEqualTo(TWO);
    }

    @Test
    void leavesOutUnusableAndTriedServers() {
        assertThat(route.chooseLeader(server -> !server.equals(TWO), List.of(ONE)))
                .isEqualTo(THREE);
        assertThat(route.chooseLeader(any -> true, List.of(ONE, TWO, THREE))).isNull();
        assertThat(route.chooseLeader(any -> false, List.of())).isNull();
    }

    @Test
    void triesEveryReplicaInTurnWhenNoneIsKnownToLead() {
        route.notLeading(TWO);
        List<ServerId> tried = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tried.add(route.chooseLeader(any -> true, tried));
        }

        assertThat(tried).containsExactlyInAnyOrder(ONE, TWO, THREE);
    }

    @Test
    void spreadsReadsOverAllReplicas() {
        assertThat(Stream.generate(() -> route.chooseAny(any -> true, List.of()))
                        .limit(6))
                .containsExactly(ONE, TWO, THREE, ONE, TWO, THREE);
    }

    @Test
    void aPublishedLeaderThatIsNoNewsDoesNotOutweighWhatServersAnswered() {
        route.leaderPublished(ONE, 5);
        route.leaderHeard(THREE);

        route.leaderPublished(ONE, 5);
        assertThat(route.leader()).isEqualTo(THREE);
        route.leaderPublished(TWO, 6);
        assertThat(route.leader()).isEqualTo(TWO);
    }

    @Test
    void forgetsALeaderThatIsNoReplicaAnyMore() {
        route.leaderHeard(ONE);
        route.update(record(1, null, TWO, THREE, FOUR));

        assertThat(route.leader()).isNull();
        assertThat(route.voters()).containsExactly(TWO, THREE, FOUR);
    }

    @Test
    void aLeaderThatIsNotTheOneMeantIsKept() {
        route.notLeading(ONE);

        assertThat(route.leader()).isEqualTo(TWO);
    }

    @Test
    void revisionsSeenBelongToAnIncarnation() {
        route.seen(1, 7);
        route.seen(1, 5);
        route.seen(2, 99);
        assertThat(route.revisionSeen()).isEqualTo(7);

        route.update(record(2, null, ONE));
        assertThat(route.revisionSeen()).isZero();
    }

    private static ShardRecord record(int incarnation, @Nullable ServerId leader, ServerId... voters) {
        List<ReplicaRecord> replicas = Stream.of(voters)
                .map(server -> new ReplicaRecord(server, ReplicaRole.VOTER))
                .toList();
        return new ShardRecord(
                new ShardId(1),
                new GroupId(new UUID(1, incarnation)),
                incarnation,
                TokenRange.fullCircle(),
                1,
                1,
                replicas,
                leader);
    }
}
