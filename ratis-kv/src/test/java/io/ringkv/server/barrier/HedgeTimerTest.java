package io.ringkv.server.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HedgeTimerTest {
    private static final long HEDGE_MILLIS = 8;

    private final ManualLoop loop = new ManualLoop();
    private final List<Long> late = new ArrayList<>();
    private final HedgeTimer timer = new HedgeTimer(loop, loop, HEDGE_MILLIS, round -> late.add(round.number()));
    private long number;

    private Round begin() {
        VoterSets voters = new VoterSets(Set.of(VoterIds.server(1), VoterIds.server(2)), Set.of());
        Round round = new Round(
                ++number, List.of(new ShardRound(List.of(), loop.nanos(), 1, 1, voters, BarrierFixture.SELF)));
        timer.watch(round);
        return round;
    }

    private static void finish(Round round) {
        round.abandon();
        round.takeDecided();
    }

    @Test
    void aRoundThatIsNotDoneIsLateAfterTheHedge() {
        begin();

        loop.advanceMillis(HEDGE_MILLIS - 1);
        assertThat(late).isEmpty();
        loop.advanceMillis(1);
        assertThat(late).containsExactly(1L);
    }

    @Test
    void aRoundThatIsDoneIsNeverLate() {
        finish(begin());

        loop.advanceMillis(10 * HEDGE_MILLIS);
        assertThat(late).isEmpty();
    }

    @Test
    void eachRoundIsLateInItsOwnTime() {
        begin();
        loop.advanceMillis(3);
        finish(begin());
        loop.advanceMillis(2);
        begin();

        loop.advanceMillis(3);
        assertThat(late).containsExactly(1L);
        loop.advanceMillis(4);
        assertThat(late).containsExactly(1L);
        loop.advanceMillis(1);
        assertThat(late).containsExactly(1L, 3L);
    }

    @Test
    void aRoundThatBeginsWhenAllOthersAreDoneIsWatchedToo() {
        finish(begin());
        loop.advanceMillis(20);
        begin();

        loop.advanceMillis(HEDGE_MILLIS);
        assertThat(late).containsExactly(2L);
    }

    @Test
    void manyRoundsNeedOneTaskOfTheLoop() {
        for (int i = 0; i < 1_000; i++) {
            finish(begin());
            assertThat(loop.planned()).isEqualTo(1);
        }

        loop.advanceMillis(HEDGE_MILLIS);
        assertThat(loop.planned()).isZero();
    }
}
