package io.ringkv.testing.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A session read sees what its client has seen, at whatever replica, or it is refused: through the door, under attack. The
 * control are stale reads of the same replica at the same time, which do see less.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // each test starts with the cluster it needs
class SessionReadsIT {
    private static final BarrierSettings SETTINGS = new BarrierSettings(8, 10_000, 600_000, 1_000);
    private static final int SHORT_MILLIS = 60;
    private static final int ENOUGH = 5;

    @TempDir
    private Path directory;

    /** Others than those of {@link SessionPlay}. */
    private final AtomicLong clients = new AtomicLong(1L << 32);

    private ShardServers servers;

    private void start() throws Exception {
        servers = ShardServers.start(directory, 3, SETTINGS);
    }

    @AfterEach
    void close() {
        servers.close();
    }

    private Reply execute(int number, Request request) {
        return answer(servers.server(number).execute(request));
    }

    private Reply answer(CompletableFuture<Reply> reply) {
        servers.await("the request is answered", reply::isDone);
        return reply.join();
    }

    /** Writes through this server. Returns the revision, which is the session's token. */
    private long write(int number, String value) {
        Reply reply = execute(number, ShardRequests.put(clients.incrementAndGet(), 1, value));
        assertThat(ErrorCode.ofWire(reply.getCode())).as(reply.getMessage()).isEqualTo(ErrorCode.OK);
        return reply.getRevision();
    }

    private Reply session(int number, long revision, int budgetMillis) {
        return execute(number, ShardRequests.sessionGet(revision, budgetMillis));
    }

    private Reply stale(int number) {
        return execute(number, ShardRequests.staleGet());
    }

    private static void assertBehind(Reply reply) {
        assertThat(ErrorCode.ofWire(reply.getCode()))
                .as("%s %s", reply.getMessage(), ShardRequests.value(reply))
                .isEqualTo(ErrorCode.REPLICA_BEHIND);
    }

    @Test
    void aReplicaThatIsCutOffAnswersWhenItHasCaughtUp() throws Exception {
        start();
        assertThat(ShardRequests.value(session(3, write(1, "v0"), ShardRequests.LONG_MILLIS)))
                .isEqualTo("v0");
        Fault cut = servers.cutRaft(3);
        long revision = 0;
        for (int i = 1; i <= 5; i++) {
            revision = write(1, "v" + i);
            assertThat(ShardRequests.value(session(2, revision, ShardRequests.LONG_MILLIS)))
                    .isEqualTo("v" + i);
            assertThat(ShardRequests.value(stale(3))).isEqualTo("v0");
            assertBehind(session(3, revision, SHORT_MILLIS));
        }
        CompletableFuture<Reply> waits =
                servers.server(3).execute(ShardRequests.sessionGet(revision, ShardRequests.LONG_MILLIS));
        assertBehind(session(3, revision, SHORT_MILLIS));
        assertThat(waits).isNotDone();
        cut.close();
        assertThat(ShardRequests.value(answer(waits))).isEqualTo("v5");
    }

    @Test
    void aReplicaThatStartsAgainAnswersWhenItHasCaughtUp() throws Exception {
        start();
        long revision = 0;
        for (int i = 1; i <= 20; i++) {
            revision = write(1, "v" + i);
        }
        assertThat(ShardRequests.value(session(3, revision, ShardRequests.LONG_MILLIS)))
                .isEqualTo("v20");
        servers.server(3).killReplicas();
        Fault cut = servers.cutRaft(3);
        servers.server(3).startReplicas();
        // Without a leader it does not know what of its log is committed.
        servers.await("server 3 has opened its replica", () -> servers.server(3).isRunning());
        assertThat(ShardRequests.value(stale(3))).isNotEqualTo("v20");
        assertBehind(session(3, revision, SHORT_MILLIS));
        CompletableFuture<Reply> waits =
                servers.server(3).execute(ShardRequests.sessionGet(revision, ShardRequests.LONG_MILLIS));
        cut.close();
        assertThat(ShardRequests.value(answer(waits))).isEqualTo("v20");
    }

    @Test
    void aDeposedLeaderShowsNothingThatItsSuccessorDidNotCommit() throws Exception {
        start();
        long old = write(1, "old");
        Fault cut = servers.cutRaft(1);
        Request inDoubt = ShardRequests.put(clients.incrementAndGet(), 1, "in doubt");
        CompletableFuture<Reply> doubt = servers.server(1).execute(inDoubt);
        servers.electOnly(2);
        servers.awaitLeaderAbove(2, 1);
        long revision = write(2, "new");
        for (int i = 0; i < 10; i++) {
            assertThat(ShardRequests.value(stale(1))).isEqualTo("old");
            assertThat(ShardRequests.value(session(1, old, ShardRequests.LONG_MILLIS)))
                    .isEqualTo("old");
            assertBehind(session(1, revision, SHORT_MILLIS));
        }
        CompletableFuture<Reply> waits =
                servers.server(1).execute(ShardRequests.sessionGet(revision, ShardRequests.LONG_MILLIS));
        cut.close();
        assertThat(ShardRequests.value(answer(waits))).isEqualTo("new");
        Reply lost = answer(doubt);
        assertThat(lost.getCode()).isNotZero();
        assertThat(lost.getNotProposed()).isFalse();

        Reply first = execute(2, inDoubt);
        Reply again = execute(2, inDoubt);
        assertThat(first.getCode()).isZero();
        assertThat(first.getDuplicate()).isFalse();
        assertThat(again.getRevision()).isEqualTo(first.getRevision()).isGreaterThan(revision);
        assertThat(again.getDuplicate()).isTrue();
    }

    @Test
    void aSessionGoesOnThroughRestartsCutsAndHandOvers() throws Exception {
        play(21, 3);
    }

    @Test
    @Tag("soak")
    @Timeout(900)
    void aSessionGoesOnThroughManyRestartsCutsAndHandOvers() throws Exception {
        play(22, 90);
    }

    private void play(long seed, int faults) throws Exception {
        start();
        write(1, "0");
        Random random = new Random(seed);
        List<String> played = new ArrayList<>();
        int leader = 1;
        try (SessionPlay play = new SessionPlay(servers)) {
            for (int fault = 0; fault < faults; fault++) {
                switch (fault % 3) {
                    case 0 -> cutFollowerOff(play, 1 + (leader + random.nextInt(2)) % 3, played);
                    case 1 -> leader = handOver(leader, 1 + (leader + random.nextInt(2)) % 3, played);
                    default -> leader = restart(play, 1 + random.nextInt(3), leader, played);
                }
                assertThat(play.violations())
                        .as("seed %d, after %s", seed, played)
                        .isEmpty();
            }
            assertThat(play.staleControls())
                    .as("stale reads that saw less, seed %d", seed)
                    .isPositive();
        }
    }

    private void cutFollowerOff(SessionPlay play, int follower, List<String> played) {
        played.add("cut " + follower);
        int controls = play.staleControls();
        Fault cut = servers.cutRaft(follower);
        servers.await("the control bites", () -> play.staleControls() > controls + ENOUGH);
        cut.close();
        awaitServedBy(play, follower);
    }

    private int restart(SessionPlay play, int server, int leader, List<String> played) {
        played.add("restart " + server);
        // The first server takes long to stand for election by itself.
        int leads = server == leader ? (server == 2 ? 3 : 2) : leader;
        servers.electOnly(leads);
        servers.server(server).killReplicas();
        int written = play.written();
        servers.await("the others write", () -> play.written() > written + ENOUGH);
        servers.server(server).startReplicas();
        awaitServedBy(play, server);
        return leads;
    }

    private int handOver(int leader, int to, List<String> played) {
        played.add("hand over from " + leader + " to " + to);
        servers.handOver(leader, to);
        return to;
    }

    private void awaitServedBy(SessionPlay play, int server) {
        int served = play.servedBy(server);
        servers.await("server " + server + " serves sessions", () -> play.servedBy(server) > served + ENOUGH);
    }
}
