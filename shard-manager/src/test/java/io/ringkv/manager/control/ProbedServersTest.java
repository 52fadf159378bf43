package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.PeerReport;
import io.ringkv.rpc.Witness;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Five servers without any shard, each of which probes the next two: what the manager makes of that alone. */
class ProbedServersTest extends FiveServers {

    private static final int TARGETS = 2;

    @BeforeEach
    void lead() {
        lead(Clusters.founding(9, 18, 3), false);
    }

    @Test
    void thoseWhoProbeVouch() {
        assertThat(suspicion(3).getVouchersList())
                .extracting(Witness::getServer)
                .containsExactly("s1", "s2");
        assertThat(suspicion(3).getVouchersList()).allMatch(Witness::getProbed);
        assertThat(suspicion(3).getAccusersList()).isEmpty();
    }

    /** One broken link to the manager does not evict a healthy server. */
    @Test
    void aServerThatOnlyTheManagerMissesIsNotDeclaredDown() {
        cut.add("3>0");
        pass(120);
        assertThat(stateOf(3)).isEqualTo(ServerState.ACTIVE);
        assertThat(duties.notices()).anyMatch(notice -> notice.contains("s3 does not reach the manager"));

        dead.add(3);
        pass(30);
        assertThat(stateOf(3)).as("now nobody vouches for it").isEqualTo(ServerState.DOWN);
    }

    @Test
    void aServerThatNobodyReachesIsDeclaredDownInTime() {
        dead.add(3);
        pass(22);

        assertThat(stateOf(3)).isEqualTo(ServerState.DOWN);
        assertThat(suspicion(3).getAccusersList())
                .extracting(Witness::getServer)
                .containsExactly("s1", "s2");
        assertThat(suspicion(3).getVerdict()).contains("is silent, and s1, s2 say so too.");
    }

    @Test
    void aFaultThatGoesOneWayIsNamed() {
        cut.add("5>1");
        pass(20);

        assertThat(stateOf(1)).isEqualTo(ServerState.ACTIVE);
        assertThat(suspicion(1).getVerdict())
                .contains("is heard, but does not answer s5, while s4 can reach it")
                .doesNotContain("goes one way");

        // s1 asks s5 all the same: only the way back is broken.
        asksAlso.put(1, 5);
        pass(4);
        assertThat(suspicion(1).getAccusersList())
                .singleElement()
                .satisfies(accuser -> assertThat(accuser.getReached()).isTrue());
        assertThat(suspicion(1).getVerdict()).endsWith("It reaches s5 itself: that fault goes one way.");
    }

    @Test
    void whatSilentServersSaidLastCountsForNothing() {
        dead.add(1);
        dead.add(3);
        pass(30);

        assertThat(suspicion(3).getAccusersList())
                .extracting(Witness::getServer)
                .containsExactly("s2");
        assertThat(suspicion(2).getVouchersList())
                .extracting(Witness::getServer)
                .containsExactly("s5");
    }

    // ---- The world around.

    /** Besides its targets. */
    private final Map<Integer, Integer> asksAlso = new TreeMap<>();

    @Override
    void report(int number, HeartbeatRequest.Builder heartbeat) {
        for (int other = 1; other <= SERVERS; other++) {
            if (other == number) {
                continue;
            }
            PeerReport.Builder peer = PeerReport.newBuilder().setServerId(other);
            if (isTarget(number, other)) {
                peer.setSilentMillis(silence(number + ">" + other, !isCut(number, other)));
            }
            if (isTarget(other, number) || asksAlso.getOrDefault(other, 0) == number) {
                peer.setAskedMillis(isCut(other, number) ? 60_000 : 0);
            }
            heartbeat.addPeers(peer);
        }
    }

    private static boolean isTarget(int asking, int asked) {
        return Math.floorMod(asked - asking - 1, SERVERS) < TARGETS;
    }

    private boolean isCut(int asking, int asked) {
        return dead.contains(asked) || dead.contains(asking) || cut.contains(asking + ">" + asked);
    }
}
