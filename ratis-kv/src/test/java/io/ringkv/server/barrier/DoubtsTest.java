package io.ringkv.server.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.GroupId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DoubtsTest {
    private static final long MILLI = 1_000_000;
    private static final GroupId GROUP = new GroupId(new UUID(1, 1));
    private static final GroupId OTHER = new GroupId(new UUID(1, 2));

    private final Doubts doubts = new Doubts(1_000);

    private boolean failed(long term, long fromMillis, long toMillis) {
        // Readings of a clock may be negative or overflow; only differences count.
        long zero = Long.MAX_VALUE - 500 * MILLI;
        return doubts.failed(GROUP, term, false, zero + fromMillis * MILLI, zero + toMillis * MILLI);
    }

    @Test
    void countsFromTheBeginningOfTheFirstFailure() {
        assertThat(failed(5, 0, 400)).isFalse();
        assertThat(failed(5, 400, 999)).isFalse();
        assertThat(failed(5, 999, 1_000)).isTrue();
    }

    @Test
    void oneLongFailureIsEnough() {
        assertThat(failed(5, 0, 1_000)).isTrue();
    }

    @Test
    void beginsAnewAfterItSaidSo() {
        assertThat(failed(5, 0, 1_000)).isTrue();
        assertThat(failed(5, 1_000, 1_100)).isFalse();
        assertThat(failed(5, 1_100, 2_000)).isTrue();
    }

    @Test
    void beginsAnewInAnotherTerm() {
        assertThat(failed(5, 0, 900)).isFalse();
        assertThat(failed(6, 900, 1_100)).isFalse();
        assertThat(failed(6, 1_100, 1_900)).isTrue();
    }

    @Test
    void beginsAnewWhenNobodyTriedForAWhile() {
        assertThat(failed(5, 0, 100)).isFalse();
        assertThat(failed(5, 1_101, 1_200)).isFalse();
        assertThat(failed(5, 2_200, 2_300)).isTrue();
    }

    @Test
    void beginsAnewAfterASuccess() {
        assertThat(failed(5, 0, 900)).isFalse();
        doubts.forget(GROUP);
        assertThat(failed(5, 900, 1_100)).isFalse();
    }

    @Test
    void aShardIsDeposedInThatTermOnly() {
        assertThat(doubts.isDeposed(GROUP, 5)).isFalse();
        assertThat(doubts.failed(GROUP, 5, true, 0, 1)).isFalse();
        assertThat(doubts.isDeposed(GROUP, 5)).isTrue();
        assertThat(doubts.isDeposed(GROUP, 6)).isFalse();
        assertThat(doubts.isDeposed(OTHER, 5)).isFalse();
        doubts.forget(GROUP);
        assertThat(doubts.isDeposed(GROUP, 5)).isFalse();
    }

    @Test
    void aFailureWithoutHigherTermDeposesNobody() {
        assertThat(failed(5, 0, 1)).isFalse();
        assertThat(doubts.isDeposed(GROUP, 5)).isFalse();
    }
}
