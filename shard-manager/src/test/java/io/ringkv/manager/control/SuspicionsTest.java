package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.FollowerReport;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.Witness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Five servers; the first voter of each shard leads it. */
class SuspicionsTest extends FiveServers {

    @BeforeEach
    void lead() {
        lead(Clusters.founding(SERVERS, 10, 3), true);
    }

    @Test
    void nobodyIsAccusedWhileAllIsWell() {
        assertThat(suspicion(2).getAccusersCount()).isZero();
        assertThat(suspicion(2).getVouchersCount()).isPositive();
        assertThat(suspicion(2).getVerdict()).isEqualTo("Server s2 is heard.");
        assertThat(duties.notices()).isEmpty();
    }

    @Test
    void aServerThatOnlyTheManagerMissesIsNotDeclaredDown() {
        cut.add("2>0");

        pass(120);

        assertThat(stateOf(2)).isEqualTo(ServerState.ACTIVE);
        assertThat(suspicion(2).getVerdict())
                .startsWith("Server s2 does not reach the manager, and works: ")
                .endsWith("It is not declared DOWN; mend the link between them.");
        assertThat(duties.notices()).anyMatch(notice -> notice.contains("s2 does not reach the manager"));

        dead.add(2);
        pass(60);
        assertThat(stateOf(2)).as("now nobody vouches for it").isEqualTo(ServerState.DOWN);
    }

    @Test
    void aServerThatNobodyHearsIsDeclaredDownInTime() {
        dead.add(2);

        pass(22);

        assertThat(stateOf(2)).isEqualTo(ServerState.DOWN);
        assertThat(suspicion(2).getVerdict()).contains("is silent, and", "say so too.");
    }

    @Test
    void aFaultThatGoesOneWayIsNamed() {
        for (int other = 1; other <= SERVERS; other++) {
            cut.add("2>" + other);
        }

        pass(20);

        assertThat(stateOf(2)).isEqualTo(ServerState.ACTIVE);
        assertThat(suspicion(2).getAccusersList())
                .extracting(Witness::getServer)
                .isNotEmpty()
                .doesNotContain("s2");
        assertThat(suspicion(2).getVerdict()).contains("is heard, but does not answer");
        assertThat(duties.notices()).anyMatch(notice -> notice.contains("s2 is heard, but does not answer"));
    }

    @Test
    void whatSilentServersSaidLastCountsForNothing() {
        dead.add(1);
        dead.add(2);

        pass(40);

        assertThat(suspicion(2).getVouchersList())
                .extracting(Witness::getServer)
                .doesNotContain("s1");
    }

    // ---- The world around.

    @Override
    void report(int number, HeartbeatRequest.Builder heartbeat) {
        for (ManagedShard shard : log.state().shards().values()) {
            int leader = (int) shard.firstLeader().value();
            if (shard.record().voters().contains(Clusters.server(number))) {
                heartbeat.addReplicas(number == leader ? leading(shard, number) : following(shard, number, leader));
            }
        }
    }

    private ReplicaReport leading(ManagedShard shard, int leader) {
        ReplicaReport.Builder report =
                report(shard).setRole("LEADER").setLeaderReady(true).setTerm(1);
        for (var voter : shard.record().voters()) {
            int follower = (int) voter.value();
            if (follower != leader) {
                boolean answers = !dead.contains(follower) && !cut.contains(follower + ">" + leader);
                String link = shard.record().id() + ":" + follower;
                report.addFollowers(
                        FollowerReport.newBuilder().setServerId(follower).setSilentMillis(silence(link, answers)));
            }
        }
        return report.build();
    }

    /** Without word from its leader it does not know any. */
    private ReplicaReport following(ManagedShard shard, int number, int leader) {
        boolean isLed = !dead.contains(leader) && !cut.contains(leader + ">" + number);
        return report(shard)
                .setRole("FOLLOWER")
                .setLeaderHint(isLed ? leader : 0)
                .build();
    }

    private static ReplicaReport.Builder report(ManagedShard shard) {
        return ReplicaReport.newBuilder()
                .setShard(shard.record().id().value())
                .setGroupId(IdMessages.toBytes(shard.record().group()))
                .setLifeCycle("RUNNING");
    }
}
