package io.ringkv.client.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimerWheelTest {

    private static final class Element extends TimerWheel.Entry {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void wakesEveryElementAfterItsTimeAndSoon(long seed) {
        Random random = new Random(seed);
        long now = random.nextLong() / 4;
        TimerWheel<Element> wheel = new TimerWheel<>(now);
        Map<Element, Long> expected = new HashMap<>();
        for (int step = 0; step < 3_000; step++) {
            String as = "seed " + seed + " step " + step;
            for (int i = random.nextInt(4); i > 0; i--) {
                Element element = expected.isEmpty() || random.nextBoolean()
                        ? new Element()
                        : expected.keySet().iterator().next();
                long at = now + random.nextInt(6) * (long) random.nextInt(1_000_000_000);
                wheel.schedule(element, at);
                expected.put(element, at);
            }
            if (!expected.isEmpty() && random.nextInt(3) == 0) {
                Element element = expected.keySet().iterator().next();
                wheel.cancel(element);
                expected.remove(element);
                assertThat(element.isScheduled()).isFalse();
            }
            now += random.nextInt(20) == 0 ? 9_000_000_000L : random.nextInt(30_000_000);
            long present = now;
            wheel.advance(now, element -> {
                Long at = expected.remove(element);
                assertThat(at).as(as).isNotNull().isLessThanOrEqualTo(present);
            });
            long late = now - 2 * TimerWheel.TICK_NANOS;
            assertThat(expected.values()).as(as).allMatch(at -> at > late);
            assertThat(wheel.isEmpty()).as(as).isEqualTo(expected.isEmpty());
        }
        assertThat(wheel.removeAll()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    @Test
    void anElementMayBeScheduledAgainWhenItIsWoken() {
        TimerWheel<Element> wheel = new TimerWheel<>(0);
        Element element = new Element();
        List<Long> woken = new ArrayList<>();
        wheel.schedule(element, 0);

        for (long now = 0; now < 20 * TimerWheel.TICK_NANOS; now += TimerWheel.TICK_NANOS) {
            long present = now;
            wheel.advance(now, due -> {
                woken.add(present);
                wheel.schedule(due, present);
            });
        }

        assertThat(woken).hasSize(19).isSorted();
    }
}
