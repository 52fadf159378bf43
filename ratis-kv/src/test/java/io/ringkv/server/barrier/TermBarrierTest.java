package io.ringkv.server.barrier;

import static io.ringkv.server.barrier.VoterIds.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.server.barrier.AskedPeers.Ask;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a read is served, and when it must not be. */
class TermBarrierTest {
    private final BarrierFixture fixture = new BarrierFixture();
    private final AskedPeers peers = fixture.peers;
    private final LedReplica replica = new LedReplica(1);

    @Test
    void servesOnceAMajorityIsInTheLeadersTerm() {
        ReadProbe read = fixture.read(replica);
        Ask ask = peers.takeOne();
        read.assertWaiting();

        fixture.confirm(ask);

        read.assertServed();
        assertThat(fixture.counted("ringkv_barrier_reads", "outcome", "confirmed"))
                .isEqualTo(1);
    }

    @Test
    void asksForTheLeadersTermByClusterServerAndRound() {
        fixture.read(replica);
        Ask ask = peers.takeOne();

        assertThat(ask.server()).isEqualTo(server(2));
        assertThat(ask.timeoutMillis()).isEqualTo(800);
        assertThat(ask.request().getClusterId()).isEqualTo(IdMessages.toBytes(BarrierFixture.CLUSTER));
        assertThat(ask.request().getIntendedServerId()).isEqualTo(2);
        assertThat(ask.request().getAskingServerId()).isEqualTo(1);
        assertThat(ask.request().getRound()).isEqualTo(1);
        assertThat(ask.request().getGroups(0).getGroupIdHigh()).isEqualTo(1);
        assertThat(ask.request().getGroups(0).getGroupIdLow()).isEqualTo(1);
        assertThat(ask.request().getGroups(0).getTerm()).isEqualTo(5);
    }

    @Test
    void servesTheOnlyVoterWithoutAskingAnybody() {
        replica.voters = VoterIds.of(1);
        fixture.read(replica).assertServed();
        assertThat(peers.take()).isEmpty();
    }

    @Test
    void needsBothOfTwoVoters() {
        replica.voters = VoterIds.of(1, 2);
        ReadProbe read = fixture.read(replica);
        read.assertWaiting();
        fixture.confirm(peers.takeOne());
        read.assertServed();
    }

    @Test
    void needsThreeOfFiveVoters() {
        replica.voters = VoterIds.of(1, 2, 3, 4, 5);
        ReadProbe read = fixture.read(replica);
        List<Ask> asks = peers.take();
        assertThat(asks).hasSize(2);
        fixture.confirm(asks.get(0));
        read.assertWaiting();
        fixture.confirm(asks.get(1));
        read.assertServed();
    }

    @Test
    void needsMajoritiesOfBothSetsWhileVotersChange() {
        replica.voters = VoterIds.of(1, 2, 3, 4);
        replica.previousVoters = VoterIds.of(1, 2, 3);
        ReadProbe read = fixture.read(replica);
        List<Ask> asks = peers.take();
        assertThat(asks).extracting(Ask::server).containsExactly(server(2), server(3));
        fixture.confirm(asks.get(0));
        read.assertWaiting(); // two of three, but two of four
        fixture.confirm(asks.get(1));
        read.assertServed();
    }

    @Test
    void doesNotCountItselfWhereItDoesNotVote() {
        replica.voters = VoterIds.of(2, 3, 4);
        ReadProbe read = fixture.read(replica);
        List<Ask> asks = peers.take();
        assertThat(asks).hasSize(2);
        fixture.confirm(asks.get(0));
        read.assertWaiting();
        fixture.confirm(asks.get(1));
        read.assertServed();
    }

    @Test
    void refusesWhenTheVotersAreNotKnown() {
        replica.voters = Set.of();
        fixture.read(replica).assertRefused(ErrorCode.READ_NOT_CONFIRMED);
    }

    @Test
    void waitsUntilWhatWasCommittedIsApplied() {
        replica.commitIndex = 12;
        ReadProbe read = fixture.read(replica);
        replica.commitIndex = 20; // later than the round: not the read's business
        fixture.confirm(peers.takeOne());
        read.assertWaiting();
        replica.applyTo(11);
        read.assertWaiting();
        replica.applyTo(12);
        read.assertServed();
    }

    @Test
    void refusesWhenTheReplicaClosesBeforeItHasApplied() {
        replica.commitIndex = 12;
        ReadProbe read = fixture.read(replica);
        fixture.confirm(peers.takeOne());
        replica.close();
        read.assertRefused(ErrorCode.REPLICA_FAILED);
        assertThat(fixture.counted("ringkv_barrier_reads", "outcome", "refused"))
                .isEqualTo(1);
    }

    @Test
    void refusesAtOnceWhereItDoesNotServe() {
        replica.ready = false;
        fixture.read(replica).assertRefused(ErrorCode.LEADER_NOT_READY);
        replica.ready = true;
        replica.settled = false;
        fixture.read(replica).assertRefused(ErrorCode.LEADER_NOT_READY);
        replica.settled = true;
        replica.leader = false;
        replica.leaderHint = server(3);
        ReadProbe read = fixture.read(replica);
        read.assertRefused(ErrorCode.NOT_LEADER);
        assertThat(read.leader()).isEqualTo(server(3));
        replica.running = false;
        fixture.read(replica).assertRefused(ErrorCode.STARTING);
        assertThat(peers.take()).isEmpty();
    }

    @Test
    void refusesWhenItLostLeadershipWhileItAsked() {
        ReadProbe read = fixture.read(replica);
        replica.leader = false;
        replica.leaderHint = server(3);
        fixture.confirm(peers.takeOne());
        read.assertRefused(ErrorCode.NOT_LEADER);
        assertThat(read.leader()).isEqualTo(server(3));
    }

    @Test
    void refusesWhenItLeadsInAnotherTermThanItAskedFor() {
        ReadProbe read = fixture.read(replica);
        replica.term = 6;
        fixture.confirm(peers.takeOne());
        read.assertRefused(ErrorCode.LEADER_NOT_READY);
        assertThat(read.leader()).isEqualTo(BarrierFixture.SELF);
    }

    @Test
    void looksAtTheReplicaAfterTheReadArrived() {
        ReadProbe read = fixture.arrive(replica);
        replica.term = 6;
        replica.commitIndex = 11;
        fixture.loop.run();
        Ask ask = peers.takeOne();
        assertThat(ask.request().getGroups(0).getTerm()).isEqualTo(6);
        fixture.confirm(ask);
        read.assertWaiting();
        replica.applyTo(11);
        read.assertServed();
    }

    @Test
    void readsThatArriveDuringARoundWaitForALaterOne() {
        ReadProbe first = fixture.read(replica);
        Ask asked = peers.takeOne();
        ReadProbe second = fixture.read(replica);
        assertThat(peers.take()).isEmpty();

        fixture.confirm(asked);

        first.assertServed();
        second.assertWaiting();
        Ask next = peers.takeOne();
        assertThat(next.request().getRound()).isEqualTo(asked.request().getRound() + 1);
        fixture.confirm(next);
        second.assertServed();
    }

    @Test
    void theNextRoundBeginsBeforeTheReadsOfTheFinishedOneAreServed() {
        int[] askedBefore = new int[1];
        fixture.barrier.confirm(replica, new ReadBarrier.Waiter() {
            @Override
            public void serve() {
                askedBefore[0] = peers.take().size();
            }

            @Override
            public void refuse(ErrorCode code, @Nullable ServerId leader) {
                throw new AssertionError(code);
            }
        });
        fixture.loop.run();
        Ask first = peers.takeOne();
        fixture.read(replica);
        fixture.confirm(first);
        assertThat(askedBefore[0]).isEqualTo(1);
    }

    @Test
    void readsAndShardsOfOneTurnShareARound() {
        LedReplica other = new LedReplica(2);
        List<ReadProbe> reads = List.of(fixture.arrive(replica), fixture.arrive(other), fixture.arrive(replica));
        fixture.loop.run();

        Ask ask = peers.takeOne();
        assertThat(ask.shards()).containsExactly(1L, 2L);
        fixture.confirm(ask);

        reads.forEach(ReadProbe::assertServed);
        assertThat(fixture.counted("ringkv_barrier_rounds")).isEqualTo(1);
    }

    @Test
    void aReadIsServedByWhatItsOwnReplicaHasApplied() {
        // The replica was closed and opened again: same shard, same division, another store.
        LedReplica reopened = new LedReplica(1);
        reopened.appliedIndex = 4;
        ReadProbe old = fixture.arrive(replica);
        ReadProbe young = fixture.arrive(reopened);
        fixture.loop.run();
        fixture.confirm(peers.takeOne());
        old.assertServed();
        young.assertWaiting();
        reopened.applyTo(10);
        young.assertServed();
    }
}
