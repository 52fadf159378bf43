package io.ringkv.server.barrier;

import static io.ringkv.server.barrier.VoterIds.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.server.barrier.AskedPeers.Ask;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which answers of other servers count, and what they lead to. */
class BarrierAnswersTest {
    private final BarrierFixture fixture = new BarrierFixture();
    private final AskedPeers peers = fixture.peers;
    private final LedReplica replica = new LedReplica(1);

    /** Lets the first server asked fail, so that server 2 will be asked after server 3. */
    private void failServer2Once() {
        fixture.read(replica);
        fixture.fail(peers.takeOne());
        fixture.confirm(peers.takeOne());
    }

    @Test
    void anAnswerToAnEarlierRoundDoesNotCount() {
        ReadProbe first = fixture.read(replica);
        Ask earlier = peers.takeOne();
        fixture.loop.advanceMillis(8);
        fixture.confirm(peers.takeOne());
        first.assertServed();

        ReadProbe second = fixture.read(replica);
        Ask asked = peers.takeOne();
        earlier.confirm();
        fixture.loop.run();
        second.assertWaiting();
        // Not even when it comes as the answer to the later question.
        asked.listener()
                .answered(AskedPeers.replyOf(asked.server(), earlier.request().getRound(), 5));
        fixture.loop.run();
        second.assertWaiting();
    }

    @Test
    void anAnswerOfAnotherServerDoesNotCount() {
        ReadProbe read = fixture.read(replica);
        Ask asked = peers.takeOne();
        asked.listener().answered(AskedPeers.replyOf(server(9), asked.request().getRound(), 5));
        fixture.loop.run();
        read.assertWaiting();
        fixture.fail(peers.takeOne());
        read.assertRefused(ErrorCode.READ_NOT_CONFIRMED);
    }

    @Test
    void anAnswerWithAnotherNumberOfTermsDoesNotCount() {
        for (long[] terms : List.of(new long[] {}, new long[] {5, 5})) {
            ReadProbe read = fixture.read(replica);
            fixture.answer(peers.takeOne(), terms);
            read.assertWaiting();
            fixture.fail(peers.takeOne());
            read.assertRefused(ErrorCode.READ_NOT_CONFIRMED);
        }
    }

    @Test
    void termsCountForTheShardsInTheOrderAsked() {
        LedReplica other = new LedReplica(2);
        other.term = 7;
        ReadProbe read = fixture.arrive(replica);
        ReadProbe otherRead = fixture.arrive(other);
        fixture.loop.run();
        fixture.answer(peers.takeOne(), 5, 0);
        read.assertServed();
        otherRead.assertWaiting();
        Ask second = peers.takeOne();
        assertThat(second.shards()).containsExactly(2L);
        fixture.answer(second, 7);
        otherRead.assertServed();
    }

    @Test
    void aLowerTermOrNoDivisionMeansNoAndTheOthersAreAskedAtOnce() {
        for (long no : new long[] {0, 4}) {
            ReadProbe read = fixture.read(replica);
            Ask first = peers.takeOne();
            fixture.answer(first, no);
            read.assertWaiting();
            Ask second = peers.takeOne();
            assertThat(second.server()).isNotEqualTo(first.server());
            fixture.confirm(second);
            read.assertServed();
        }
    }

    @Test
    void refusesAsSoonAsNoMajorityIsPossible() {
        ReadProbe read = fixture.read(replica);
        fixture.answer(peers.takeOne(), 4);
        fixture.fail(peers.takeOne());
        read.assertRefused(ErrorCode.READ_NOT_CONFIRMED);
    }

    @Test
    void aHigherTermRefusesAtOnceAndSilencesTheShard() {
        ReadProbe read = fixture.read(replica);
        fixture.answer(peers.takeOne(), 6);
        read.assertRefused(ErrorCode.NOT_LEADER);
        assertThat(read.leader()).isNull();

        fixture.read(replica).assertRefused(ErrorCode.NOT_LEADER);
        assertThat(peers.take()).isEmpty();
        assertThat(fixture.counted("ringkv_barrier_deposed")).isEqualTo(1);
    }

    @Test
    void asksAgainWhenItLeadsInANewTerm() {
        fixture.read(replica);
        fixture.answer(peers.takeOne(), 6);
        replica.term = 7;
        ReadProbe read = fixture.read(replica);
        fixture.confirm(peers.takeOne());
        read.assertServed();
    }

    @Test
    void asksAgainWhenItDidNotLeadInBetween() {
        fixture.read(replica);
        fixture.answer(peers.takeOne(), 6);
        replica.leader = false;
        fixture.read(replica).assertRefused(ErrorCode.NOT_LEADER);
        replica.leader = true;
        fixture.read(replica).assertWaiting();
        assertThat(peers.take()).hasSize(1);
    }

    @Test
    void aHigherTermOfOneShardDoesNotConcernTheOthers() {
        LedReplica other = new LedReplica(2);
        ReadProbe read = fixture.arrive(replica);
        ReadProbe otherRead = fixture.arrive(other);
        fixture.loop.run();
        fixture.answer(peers.takeOne(), 6, 5);
        read.assertRefused(ErrorCode.NOT_LEADER);
        otherRead.assertServed();
    }

    @Test
    void asksTheOthersWhenTheFirstIsLate() {
        ReadProbe read = fixture.read(replica);
        Ask first = peers.takeOne();
        fixture.loop.advanceMillis(7);
        assertThat(peers.take()).isEmpty();
        fixture.loop.advanceMillis(1);
        Ask second = peers.takeOne();
        assertThat(second.server()).isEqualTo(server(3));
        assertThat(second.request().getRound()).isEqualTo(first.request().getRound());
        assertThat(fixture.counted("ringkv_barrier_hedges")).isEqualTo(1);
        fixture.confirm(first);
        read.assertServed();
    }

    @Test
    void asksNobodyTwiceInARound() {
        fixture.read(replica);
        fixture.fail(peers.takeOne());
        fixture.loop.advanceMillis(8);
        assertThat(peers.take()).hasSize(1);
    }

    @Test
    void asksWhoeverFailedLastFromThenOn() {
        failServer2Once();
        fixture.read(replica);
        assertThat(peers.takeOne().server()).isEqualTo(server(3));
    }

    @Test
    void asksWhoeverWasLateLastFromThenOn() {
        fixture.read(replica);
        peers.takeOne();
        fixture.loop.advanceMillis(8);
        fixture.confirm(peers.takeOne());
        fixture.read(replica);
        assertThat(peers.takeOne().server()).isEqualTo(server(3));
    }

    @Test
    void asksWhoeverSaidNoLastFromThenOn() {
        fixture.read(replica);
        fixture.answer(peers.takeOne(), 0);
        fixture.confirm(peers.takeOne());
        fixture.read(replica);
        assertThat(peers.takeOne().server()).isEqualTo(server(3));
    }

    @Test
    void goesBackToTheFirstWhenTheOtherFailsToo() {
        failServer2Once();
        ReadProbe read = fixture.read(replica);
        fixture.fail(peers.takeOne());
        fixture.confirm(peers.takeOne());
        read.assertServed();
        fixture.read(replica);
        assertThat(peers.takeOne().server()).isEqualTo(server(2));
    }

    @Test
    void anAnswerAndAFailureOfTheSameServerAreNotBothTaken() {
        ReadProbe read = fixture.read(replica);
        Ask ask = peers.takeOne();
        ask.confirm();
        ask.fail();
        fixture.loop.run();
        read.assertServed();
        assertThat(peers.take()).isEmpty();
    }

    @Test
    void aQuestionThatCannotBeSentIsAFailureOfThatServer() {
        peers.failure = new IllegalStateException("no connection");
        ReadProbe read = fixture.read(replica);
        read.assertRefused(ErrorCode.READ_NOT_CONFIRMED);
        peers.failure = null;
        ReadProbe next = fixture.read(replica);
        fixture.confirm(peers.takeOne());
        next.assertServed();
    }
}
