package io.ringkv.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.limit.Limits;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SequenceWindowTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void behavesLikeASetOfAwaitedSequences(long seed) {
        Random random = new Random(seed);
        SequenceWindow window = new SequenceWindow();
        TreeSet<Long> awaited = new TreeSet<>();
        long next = 1;
        for (int i = 0; i < 100_000; i++) {
            boolean full = !awaited.isEmpty() && next - awaited.first() >= Limits.SESSION_WINDOW;
            assertThat(window.isFull()).as("seed %d step %d", seed, i).isEqualTo(full);
            if (!full && random.nextInt(5) > 1) {
                assertThat(window.take()).isEqualTo(next);
                awaited.add(next++);
            } else if (!awaited.isEmpty()) {
                long sequence = random.nextInt(4) == 0 ? awaited.first() : pick(awaited, random);
                window.release(sequence);
                awaited.remove(sequence);
            }
            assertThat(window.floor())
                    .as("seed %d step %d", seed, i)
                    .isEqualTo(awaited.isEmpty() ? next : awaited.first());
            assertThat(window.isIdle()).isEqualTo(awaited.isEmpty());
        }
    }

    private static long pick(NavigableSet<Long> awaited, Random random) {
        Long from = awaited.ceiling(awaited.first() + random.nextInt(Limits.SESSION_WINDOW));
        return from == null ? awaited.last() : from;
    }

    @Test
    void aReleasedOrUnknownSequenceCannotBeReleased() {
        SequenceWindow window = new SequenceWindow();
        window.take();
        window.take();
        window.release(2);

        assertThatThrownBy(() -> window.release(2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> window.release(3)).isInstanceOf(IllegalArgumentException.class);
        window.release(1);
        assertThatThrownBy(() -> window.release(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesNothingBeyondTheWindow() {
        SequenceWindow window = new SequenceWindow();
        for (int i = 0; i < Limits.SESSION_WINDOW; i++) {
            window.take();
        }

        assertThatThrownBy(window::take).isInstanceOf(IllegalStateException.class);
        window.release(2);
        assertThat(window.isFull()).isTrue();
        window.release(1);
        assertThat(window.take()).isEqualTo(Limits.SESSION_WINDOW + 1L);
    }
}
