package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Ring;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.ReplicaReport;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatchUpTest {

    private static final long PATIENCE = 3_000;
    private static final ServerId LEADER = Clusters.server(1);
    private static final ServerId FOLLOWER = Clusters.server(2);

    private final Ring.Arc arc = Ring.equalArcs(1).arcs().get(0);
    private final ManagedShard shard =
            Clusters.shard(arc.shard(), arc.range(), List.of(LEADER, FOLLOWER, Clusters.server(3)));
    private final CatchUp catchUp = new CatchUp(PATIENCE);
    private long nowMillis;

    @Test
    void knowsOfNobodyBeforeTheLeaderHasReported() {
        follower(1, 100);
        assertThat(isDone(FOLLOWER)).isFalse();

        leader(4, 100);

        assertThat(isDone(FOLLOWER)).isTrue();
        assertThat(isDone(LEADER)).isTrue();
        assertThat(isDone(Clusters.server(3))).as("has not reported").isFalse();
    }

    @Test
    void waitsForOneThatCameBackUntilItHasWhatWasWrittenMeanwhile() {
        leader(4, 100);
        follower(1, 100);
        leader(4, 100);
        assertThat(isDone(FOLLOWER)).isTrue();

        follower(2, 100);
        assertThat(isDone(FOLLOWER))
                .as("what the leader said before it came back says nothing")
                .isFalse();
        leader(4, 900);
        follower(2, 899);
        assertThat(isDone(FOLLOWER)).isFalse();
        follower(2, 900);
        assertThat(isDone(FOLLOWER)).isTrue();
    }

    @Test
    void countsOneThatIsLessThanAReportBehindAsWritesGoOn() {
        follower(1, 0);
        leader(4, 100);
        follower(1, 90);
        assertThat(isDone(FOLLOWER)).isFalse();

        leader(4, 200);
        follower(1, 199);

        assertThat(isDone(FOLLOWER)).isTrue();
    }

    @Test
    void isPatientWithOneThatFallsBehindButNotForEver() {
        follower(1, 100);
        leader(4, 100);

        leader(4, 1_000);
        follower(1, 100);
        assertThat(isDone(FOLLOWER)).isTrue();
        pass(2 * PATIENCE);
        follower(1, 999);
        assertThat(isDone(FOLLOWER)).isFalse();

        follower(1, 1_000);
        assertThat(isDone(FOLLOWER)).isTrue();
    }

    @Test
    void forgetsOneThatFailsOrIsNotReportedOrLostWhatItHad() {
        for (ReplicaReport trouble : List.of(
                running(100).setFailure("checksum").build(),
                running(100).setLifeCycle("CLOSED").build(),
                running(3).build())) {
            follower(1, 100);
            leader(4, 100);
            assertThat(isDone(FOLLOWER)).isTrue();

            catchUp.reported(FOLLOWER, 1, shard, trouble);
            assertThat(isDone(FOLLOWER)).as("%s", trouble).isFalse();
        }
        follower(1, 100);
        leader(4, 100);
        catchUp.reported(FOLLOWER, 1, shard, null);
        assertThat(isDone(FOLLOWER)).isFalse();
    }

    @Test
    void doesNotBelieveALeaderThatWasDeposed() {
        leader(5, 500);
        follower(1, 100);

        catchUp.reported(
                Clusters.server(3),
                1,
                shard,
                running(100).setLeaderReady(true).setTerm(4).setCommitIndex(100).build());

        assertThat(isDone(FOLLOWER)).isFalse();
    }

    @Test
    void forgetsShardsThatAreGone() {
        follower(1, 100);
        leader(4, 100);

        catchUp.retain(Set.of(shard.record().id()));
        assertThat(isDone(FOLLOWER)).isTrue();
        catchUp.retain(Set.of(new ShardId(77)));
        assertThat(isDone(FOLLOWER)).isFalse();
    }

    /**
     * Against the truth: a log that grows, a follower that goes, comes back and applies at its own pace, reports in any order.
     * Nobody counts without all that was committed when it came up; and once writes end, everybody does.
     */
    @Test
    void neverCountsOneThatLacksWhatItMissed() {
        for (long seed = 1; seed <= 300; seed++) {
            new Truth(seed).run();
        }
    }

    private final class Truth {

        private final long seed;
        private final Random random;
        private final CatchUp judged = new CatchUp(PATIENCE);
        private long committed = 1;
        private long applied;
        private long bootId = 1;
        private long missed = 1;
        private boolean isUp = true;

        Truth(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            long now = 0;
            for (int step = 0; step < 400; step++) {
                now += random.nextInt(400);
                act();
                judged.tick(now);
                if (judged.isDone(FOLLOWER, shard)) {
                    assertThat(applied).as("seed %d, step %d", seed, step).isGreaterThanOrEqualTo(missed);
                }
            }
            isUp = true;
            applied = committed;
            reportFollower();
            reportLeader();
            assertThat(judged.isDone(FOLLOWER, shard)).as("seed %d", seed).isTrue();
        }

        private void act() {
            switch (random.nextInt(6)) {
                case 0 -> committed += random.nextInt(50);
                case 1, 2 -> applied = isUp ? Math.min(committed, applied + random.nextInt(40)) : applied;
                case 3 -> reportFollower();
                case 4 -> reportLeader();
                default -> restart();
            }
        }

        private void restart() {
            if (random.nextInt(4) > 0) {
                return;
            }
            isUp = !isUp;
            if (isUp) {
                bootId++;
                missed = committed;
                // Its first report tells that it is back: before, nobody can know.
                reportFollower();
            } else {
                // Whoever asks now hears that the server is silent.
                missed = 0;
            }
        }

        private void reportFollower() {
            if (isUp) {
                judged.reported(FOLLOWER, bootId, shard, running(applied).build());
            }
        }

        private void reportLeader() {
            judged.reported(LEADER, 1, shard, leading(4, committed));
        }
    }

    private void leader(long term, long commitIndex) {
        catchUp.reported(LEADER, 1, shard, leading(term, commitIndex));
    }

    private void follower(long bootId, long appliedIndex) {
        catchUp.reported(FOLLOWER, bootId, shard, running(appliedIndex).build());
    }

    private static ReplicaReport leading(long term, long commitIndex) {
        return running(commitIndex)
                .setLeaderReady(true)
                .setTerm(term)
                .setCommitIndex(commitIndex)
                .build();
    }

    private static ReplicaReport.Builder running(long appliedIndex) {
        return ReplicaReport.newBuilder().setLifeCycle("RUNNING").setAppliedIndex(appliedIndex);
    }

    private void pass(long millis) {
        long end = nowMillis + millis;
        while (nowMillis < end) {
            nowMillis += 500;
            catchUp.tick(nowMillis);
        }
    }

    private boolean isDone(ServerId server) {
        return catchUp.isDone(server, shard);
    }
}
