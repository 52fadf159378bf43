package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.rpc.FollowerReport;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.ReplicaReport;
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

/** Five servers; the first voter of each shard leads it. */
class SuspicionsTest {

    private static final ManagerId SELF = new ManagerId(1);
    private static final long TERM = 4;
    private static final long TICK = 500;
    private static final int SERVERS = 5;

    private final MemoryLog log = new MemoryLog();

    /** Links that are cut, from one server to another; 0 is the manager. */
    private final Set<String> cut = new HashSet<>();

    private final Map<String, Long> silent = new TreeMap<>();
    private final Set<Integer> dead = new HashSet<>();
    private long sequence;

    @SuppressWarnings("NullAway.Init") // set by lead()
    private LeaderDuties duties;

    @BeforeEach
    void lead() {
        log.leadIn(TERM, SELF);
        propose(new CreateCluster(Clusters.founding(SERVERS, 10, 3)), 0);
        for (int number = 1; number <= SERVERS; number++) {
            propose(Clusters.register(number), 0);
            propose(new MarkServer(Clusters.server(number), ServerState.JOINING, ServerState.ACTIVE), TERM);
        }
        propose(Clusters.place(Clusters.founding(SERVERS, 10, 3).settings()), TERM);
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
        for (ManagedShard shard : log.state().shards().values()) {
            int leader = (int) shard.firstLeader().value();
            if (shard.record().voters().contains(Clusters.server(number))) {
                heartbeat.addReplicas(number == leader ? leading(shard, number) : following(shard, number, leader));
            }
        }
        return heartbeat.build();
    }

    private ReplicaReport leading(ManagedShard shard, int leader) {
        ReplicaReport.Builder report =
                report(shard).setRole("LEADER").setLeaderReady(true).setTerm(1);
        for (var voter : shard.record().voters()) {
            int follower = (int) voter.value();
            if (follower != leader) {
                boolean answers = !dead.contains(follower) && !cut.contains(follower + ">" + leader);
                String link = shard.record().id() + ":" + follower;
                long silence = answers ? 0 : silent.getOrDefault(link, 0L) + TICK;
                silent.put(link, silence);
                report.addFollowers(
                        FollowerReport.newBuilder().setServerId(follower).setSilentMillis(silence));
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
