package io.ringkv.server.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.server.barrier.ModelCluster.Result;
import org.junit.jupiter.api.Test;

/**
 * The argument of {@link TermBarrier}, tried on a model of Raft under faults: a served read sees all that was committed before
 * it arrived. That the model would show it if it did not is proven by {@link BarrierMutantsTest}.
 */
class BarrierSimulationTest {
    private static final int SEEDS = 2_000;

    @Test
    void noServedReadIsStale() {
        long served = 0;
        long deposed = 0;
        long unconfirmed = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Result result = ModelCluster.play(seed, BarrierMutant::new);
            assertThat(result.staleReads()).as("stale reads of seed %d", seed).isEmpty();
            served += result.served();
            deposed += result.refused().getOrDefault(ErrorCode.NOT_LEADER, 0);
            unconfirmed += result.refused().getOrDefault(ErrorCode.READ_NOT_CONFIRMED, 0);
        }
        // The model is no graveyard, and it reaches the states in question.
        assertThat(served).isGreaterThan(50L * SEEDS);
        assertThat(deposed).isGreaterThan(SEEDS);
        assertThat(unconfirmed).isGreaterThan(SEEDS);
    }
}
