package io.ringkv.server.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.server.barrier.AskedPeers.Ask;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Silence, slow shards, limits, failures and the end: every read is answered once, and soon. */
class BarrierTimeTest {
    private final BarrierFixture fixture = new BarrierFixture();
    private final AskedPeers peers = fixture.peers;
    private final LedReplica replica = new LedReplica(1);
    private final LedReplica other = new LedReplica(2);

    private static List<Ask> about(List<Ask> asks, long shard) {
        return asks.stream().filter(ask -> ask.shards().contains(shard)).toList();
    }

    @Test
    void refusesAReadThatNobodyConfirmsInTime() {
        ReadProbe read = fixture.read(replica);
        fixture.loop.advanceMillis(799);
        read.assertWaiting();
        fixture.loop.advanceMillis(1);
        read.assertRefused(ErrorCode.READ_NOT_CONFIRMED);
    }

    @Test
    void anAnswerAfterTheTimeLimitChangesNothing() {
        ReadProbe read = fixture.read(replica);
        Ask ask = peers.takeOne();
        fixture.loop.advanceMillis(800);
        fixture.confirm(ask);
        read.assertRefused(ErrorCode.READ_NOT_CONFIRMED);
    }

    @Test
    void aLeaderThatNobodyConfirmsForASecondStepsDown() {
        fixture.read(replica);
        fixture.loop.advanceMillis(800);
        assertThat(replica.stepDowns()).isEmpty();
        fixture.read(replica);
        fixture.loop.advanceMillis(800);
        assertThat(replica.stepDowns()).containsExactly("no majority confirmed term 5 for 1000 ms");
        assertThat(fixture.counted("ringkv_barrier_step_downs")).isEqualTo(1);
    }

    @Test
    void aSuccessInBetweenEndsTheDoubt() {
        fixture.read(replica);
        fixture.loop.advanceMillis(800);
        peers.take();
        fixture.read(replica);
        fixture.confirm(peers.takeOne());
        fixture.read(replica);
        fixture.loop.advanceMillis(800);
        assertThat(replica.stepDowns()).isEmpty();
    }

    @Test
    void twoFailuresAnHourApartAreNoHourOfSilence() {
        fixture.read(replica);
        fixture.loop.advanceMillis(800);
        fixture.loop.advanceMillis(3_600_000);
        fixture.read(replica);
        fixture.loop.advanceMillis(800);
        assertThat(replica.stepDowns()).isEmpty();
    }

    @Test
    void aLeaderElectedAgainMeanwhileDoesNotStepDownForItsOldTerm() {
        fixture.read(replica);
        fixture.loop.advanceMillis(800);
        fixture.read(replica);
        replica.term = 8;
        fixture.loop.advanceMillis(800);
        assertThat(replica.stepDowns()).isEmpty();
    }

    @Test
    void aLeaderThatDoesNotLearnOfTheHigherTermStepsDown() {
        // A voter in a higher term answers here, but Ratis does not reach it: nothing else would end this.
        fixture.read(replica);
        fixture.answer(peers.takeOne(), 6);
        fixture.loop.advanceMillis(500);
        fixture.read(replica).assertRefused(ErrorCode.NOT_LEADER);
        assertThat(replica.stepDowns()).isEmpty();
        fixture.loop.advanceMillis(500);
        fixture.read(replica).assertRefused(ErrorCode.NOT_LEADER);
        assertThat(replica.stepDowns()).hasSize(1);
    }

    @Test
    void aLateRoundGivesWayToOtherShards() {
        ReadProbe slow = fixture.read(replica);
        ReadProbe quick = fixture.read(other);
        peers.takeOne();
        fixture.loop.advanceMillis(8);
        fixture.confirm(about(peers.take(), 2).get(0));
        quick.assertServed();
        slow.assertWaiting();
    }

    @Test
    void aShardDoesNotTakePartInTwoRounds() {
        ReadProbe slow = fixture.read(replica);
        Ask first = peers.takeOne();
        fixture.loop.advanceMillis(8);
        peers.take();
        ReadProbe later = fixture.read(replica);
        assertThat(peers.take()).isEmpty();
        fixture.confirm(first);
        slow.assertServed();
        fixture.confirm(peers.takeOne());
        later.assertServed();
    }

    @Test
    void aShardConfirmedInALateRoundBeginsItsNextOneThoughAnotherIsStillAsked() {
        ReadProbe quick = fixture.arrive(replica);
        ReadProbe slow = fixture.arrive(other);
        fixture.loop.run();
        Ask first = peers.takeOne();
        fixture.loop.advanceMillis(8);
        Ask second = peers.takeOne();
        ReadProbe next = fixture.read(replica);

        fixture.answer(first, 5, 0);
        quick.assertServed();
        fixture.confirm(peers.takeOne());

        next.assertServed();
        slow.assertWaiting();
        fixture.confirm(second);
        slow.assertServed();
    }

    @Test
    void readsOfAShardWhoseRoundFailedGetANewOne() {
        fixture.read(replica);
        peers.takeOne();
        ReadProbe next = fixture.read(replica);
        fixture.loop.advanceMillis(800);
        List<Ask> asks = peers.take();
        fixture.confirm(asks.get(asks.size() - 1));
        next.assertServed();
    }

    @Test
    void refusesMoreReadsThanMayWait() {
        for (int i = 0; i < BarrierFixture.WAITERS_MAX; i++) {
            fixture.arrive(replica);
        }
        fixture.arrive(replica).assertRefused(ErrorCode.OVERLOADED);
        fixture.loop.run();
        fixture.confirm(peers.takeOne());
        fixture.read(replica).assertWaiting();
    }

    @Test
    void readsThatWaitForTheStoreCountAsWaiting() {
        replica.commitIndex = 12;
        for (int i = 0; i < BarrierFixture.WAITERS_MAX; i++) {
            fixture.arrive(replica);
        }
        fixture.loop.run();
        fixture.confirm(peers.takeOne());
        fixture.read(replica).assertRefused(ErrorCode.OVERLOADED);
        replica.applyTo(12);
        fixture.read(replica).assertWaiting();
    }

    @Test
    void aReadThatFailsWhenItIsToldDoesNotHarmTheOthers() {
        replica.voters = VoterIds.of(1);
        ReadProbe bad = fixture.arrive(replica).throwing();
        ReadProbe good = fixture.arrive(replica);
        ReadProbe elsewhere = fixture.arrive(other);
        fixture.loop.run();
        bad.assertServed();
        good.assertServed();
        fixture.confirm(peers.takeOne());
        elsewhere.assertServed();
        fixture.read(replica).assertServed();
    }

    @Test
    void aReplicaThatFailsDoesNotHarmTheOthers() {
        replica.failure = new IllegalStateException("no such division");
        ReadProbe bad = fixture.arrive(replica);
        ReadProbe good = fixture.arrive(other);
        fixture.loop.run();
        bad.assertRefused(ErrorCode.READ_NOT_CONFIRMED);
        fixture.confirm(peers.takeOne());
        good.assertServed();
    }

    @Test
    void aReplicaThatFailsAfterTheRoundDoesNotHarmTheOthers() {
        ReadProbe bad = fixture.arrive(replica);
        ReadProbe good = fixture.arrive(other);
        fixture.loop.run();
        replica.failure = new IllegalStateException("no such division");
        fixture.confirm(peers.takeOne());
        bad.assertRefused(ErrorCode.READ_NOT_CONFIRMED);
        good.assertServed();
    }

    @Test
    void closingRefusesAllThatWaitForAConfirmation() {
        ReadProbe inRound = fixture.read(replica);
        Ask ask = peers.takeOne();
        ReadProbe waiting = fixture.read(replica);
        ReadProbe arriving = fixture.arrive(replica);
        fixture.barrier.close();
        ReadProbe late = fixture.arrive(replica);
        fixture.loop.run();
        for (ReadProbe read : List.of(inRound, waiting, arriving, late)) {
            read.assertRefused(ErrorCode.SHUTTING_DOWN);
        }
        fixture.confirm(ask);
        fixture.loop.advanceMillis(2_000);
        assertThat(peers.take()).isEmpty();
        assertThat(replica.stepDowns()).isEmpty();
    }

    @Test
    void closingLeavesReadsThatWaitForTheStoreToTheirReplica() {
        replica.commitIndex = 12;
        ReadProbe read = fixture.read(replica);
        fixture.confirm(peers.takeOne());
        fixture.barrier.close();
        fixture.loop.run();
        read.assertWaiting();
        replica.applyTo(12);
        read.assertServed();
    }

    @Test
    void refusesWhenItsLoopHasEnded() {
        fixture.loop.shutdown();
        fixture.read(replica).assertRefused(ErrorCode.SHUTTING_DOWN);
        fixture.barrier.close();
    }

    @Test
    void answersThatComeWhenTheLoopHasEndedAreDropped() {
        fixture.read(replica);
        Ask ask = peers.takeOne();
        fixture.barrier.close();
        fixture.loop.run();
        fixture.loop.shutdown();
        ask.confirm();
        assertThat(fixture.loop.isTerminated()).isFalse(); // timers are left, as in any loop that ends
    }
}
