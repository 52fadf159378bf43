package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.PeerReport;
import io.ringkv.rpc.ServerSuspicion;
import io.ringkv.rpc.Witness;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Five servers without any shard, each of which probes the next two: what the manager makes of that alone. */
class ProbedServersTest {

    private static final ManagerId SELF = new ManagerId(1);
    private static final long TERM = 4;
    private static final long TICK = 500;
    private static final int SERVERS = 5;
    private static final int TARGETS = 2;

    private final MemoryLog log = new MemoryLog();

    /** Links that are cut, from the one that asks to the one that is asked; 0 is the manager. */
    private final Set<String> cut = new HashSet<>();

    private final Map<String, Long> silent = new TreeMap<>();
    private final Set<Integer> dead = new HashSet<>();
    private long sequence;

    @SuppressWarnings("NullAway.Init") // set by lead()
    private LeaderDuties duties;

    @BeforeEach
    void lead() {
        log.leadIn(TERM, SELF);
        propose(new CreateCluster(Clusters.founding(9, 18, 3)), 0);
        for (int number = 1; number <= SERVERS; number++) {
            propose(Clusters.register(number), 0);
            propose(new MarkServer(Clusters.server(number), ServerState.JOINING, ServerState.ACTIVE), TERM);
        }
        duties = new LeaderDuties(
                TERM,
                ControlSettings.of(new LivenessLimits(TICK, 3_000, 10_000)),
                log.state(),
                (command, decidedInTerm) -> log.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, command)),
                Runnable::run,
                new ShardMapPublisher(),
                () -> new GroupId(new UUID(1, 1)));
        pass(4);
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

    private void propose(ClusterCommand command, long decidedInTerm) {
        var unused = log.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, command));
    }

    private @Nullable ServerState stateOf(int number) {
        return log.state().stateOf(Clusters.server(number));
    }

    private ServerSuspicion suspicion(int number) {
        return duties.suspicions().report().getServersList().stream()
                .filter(server -> server.getServer().equals("s" + number))
                .findFirst()
                .orElseThrow();
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            sequence++;
            for (int number = 1; number <= SERVERS; number++) {
                if (!dead.contains(number) && !cut.contains(number + ">0")) {
                    Fleet.Reception unused = duties.heartbeat(Clusters.server(number), heartbeat(number));
                }
            }
            duties.tick(TICK);
            duties.stateChanged(log.state());
        }
    }

    private HeartbeatRequest heartbeat(int number) {
        HeartbeatRequest.Builder heartbeat =
                HeartbeatRequest.newBuilder().setServerId(number).setBootId(1).setSequence(sequence);
        for (int other = 1; other <= SERVERS; other++) {
            if (other == number) {
                continue;
            }
            PeerReport.Builder peer = PeerReport.newBuilder().setServerId(other);
            if (isTarget(number, other)) {
                peer.setSilentMillis(silence(number, other));
            }
            if (isTarget(other, number) || asksAlso.getOrDefault(other, 0) == number) {
                peer.setAskedMillis(isCut(other, number) ? 60_000 : 0);
            }
            heartbeat.addPeers(peer);
        }
        return heartbeat.build();
    }

    private static boolean isTarget(int asking, int asked) {
        return Math.floorMod(asked - asking - 1, SERVERS) < TARGETS;
    }

    private long silence(int asking, int asked) {
        String link = asking + ">" + asked;
        long silence = isCut(asking, asked) ? silent.getOrDefault(link, 0L) + TICK : 0;
        silent.put(link, silence);
        return silence;
    }

    private boolean isCut(int asking, int asked) {
        return dead.contains(asked) || dead.contains(asking) || cut.contains(asking + ">" + asked);
    }
}
