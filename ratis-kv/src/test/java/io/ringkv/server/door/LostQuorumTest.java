package io.ringkv.server.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.server.fake.FakeReplica;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LostQuorumTest {
    private static final Refusal FOLLOWS = Refusal.of(ErrorCode.NOT_LEADER, "The replica follows");

    private final FakeReplica replica = new FakeReplica(1, TokenRange.fullCircle());
    private final AtomicReference<@Nullable ShardMap> map = new AtomicReference<>();
    private final LostQuorum quorum = new LostQuorum(map::get, 10_000);

    @Test
    void namesTheShardAndTheServersThatAreDown() {
        replica.loseLeadership(null);
        map.set(mapOf(ServerState.ACTIVE, ServerState.DOWN, ServerState.REMOVED));

        Refusal refusal = quorum.explain(FOLLOWS, replica);

        assertThat(refusal.code()).isEqualTo(ErrorCode.QUORUM_LOST);
        assertThat(refusal.notProposed()).isTrue();
        assertThat(refusal.message()).contains("Shard 1 ", "of its 3 replicas 2 ", "(s2, s3)", "ringkv recover plan");
    }

    @Test
    void leavesAnElectionAlone() {
        replica.loseLeadership(null);
        replica.setLeaderlessMillis(9_999);
        map.set(mapOf(ServerState.ACTIVE, ServerState.SUSPECT, ServerState.DOWN));

        assertThat(quorum.explain(FOLLOWS, replica)).isEqualTo(FOLLOWS);
    }

    @Test
    void noticesByItselfThatNobodyIsElected() {
        replica.loseLeadership(null);
        replica.setLeaderlessMillis(10_000);

        assertThat(quorum.explain(FOLLOWS, replica).code()).isEqualTo(ErrorCode.QUORUM_LOST);
    }

    /** Feared: a map that is out of date hides a shard that works. */
    @Test
    void believesALeaderMoreThanTheMap() {
        map.set(mapOf(ServerState.ACTIVE, ServerState.DOWN, ServerState.DOWN));
        replica.loseLeadership(FakeReplica.OTHER);

        assertThat(quorum.explain(FOLLOWS, replica)).isEqualTo(FOLLOWS);
        assertThat(quorum.explain(FOLLOWS.withLeader(FakeReplica.OTHER), replica)
                        .code())
                .isEqualTo(ErrorCode.NOT_LEADER);
        replica.lead();
        assertThat(quorum.explain(FOLLOWS, replica)).isEqualTo(FOLLOWS);
    }

    /** Feared: what may stand in a log, and be committed when the servers return, is reported as not applied. */
    @Test
    void leavesWhatMayHaveReachedALogInDoubt() {
        map.set(mapOf(ServerState.ACTIVE, ServerState.DOWN, ServerState.DOWN));
        replica.loseLeadership(null);

        assertThat(quorum.explain(FOLLOWS.inDoubt(), replica)).isEqualTo(FOLLOWS.inDoubt());
    }

    private ShardMap mapOf(ServerState... states) {
        List<ServerRecord> servers = IntStream.range(0, states.length)
                .mapToObj(i ->
                        new ServerRecord(new ServerId(i + 1), "s" + (i + 1), "h:1", "h:2", "h:3", "", "", states[i]))
                .toList();
        List<ReplicaRecord> replicas = servers.stream()
                .map(server -> new ReplicaRecord(server.id(), ReplicaRole.VOTER))
                .toList();
        ShardRecord record =
                new ShardRecord(replica.shard(), replica.group(), 1, TokenRange.fullCircle(), 1, 1, replicas, null);
        return new ShardMap(DoorHarness.CLUSTER, 4, 3, List.of(record), servers, List.of());
    }
}
