package io.ringkv.server.barrier;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model of {@link BarrierSimulationTest} can see: every mistake leads to a stale read within some seeds. Each
 * mistake is made around the barrier, by what it gets to see.
 *
 * <p>What is no mistake, since it shows nothing in any number of seeds, and why: one of the leader's two looks at its own term
 * (before the round, and again after it) would be enough, as long as it comes after the read; of an even number of voters,
 * half would be enough, since the other half elects nobody; a voter in a lower term could count as yes, if it were certain that
 * it never forgets a higher one; the term of a voter's last entry would do, since a majority holds what is committed.
 */
class BarrierMutantsTest {
    private static final int SEEDS = 2_000;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("ask nobody", BarrierMutants::askNobody),
                mistake("join the round under way", BarrierMutants::joinTheRoundUnderWay),
                mistake("count answers of an earlier round", BarrierMutants::countAnswersOfAnEarlierRound),
                mistake("take any answer for yes", BarrierMutants::takeAnyAnswerForYes),
                mistake("take a starting division for yes", BarrierMutants::takeStartingForYes),
                mistake("do not wait until ready", BarrierMutants::doNotWaitUntilReady),
                mistake("ask the current set only", BarrierMutants::askTheCurrentSetOnly),
                mistake("always count itself", BarrierMutants::alwaysCountItself),
                mistake("overlook two voters", BarrierMutants::overlookTwoVoters),
                mistake("do not wait for the store", BarrierMutants::doNotWaitForTheStore),
                mistake("remember the commit index", BarrierMutants::rememberTheCommitIndex),
                mistake("look at itself too early", BarrierMutants::lookAtItselfTooEarly));
    }

    private static Arguments mistake(String name, Supplier<BarrierMutant> mutant) {
        return arguments(name, mutant);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeIsFound(String name, Supplier<BarrierMutant> mutant) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            if (ModelCluster.play(seed, mutant).stale() > 0) {
                return;
            }
        }
        fail("%s: the model shows no stale read in %d seeds.", name, SEEDS);
    }
}
