package io.ringkv.testing.lab.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Schedules are repeatable, leave time to recover, and end before the load does. */
final class FaultScheduleTest {
    private static final List<FaultKind> ALL = Arrays.asList(FaultKind.values());
    private static final long MINUTE = 60_000;

    @Test
    void theSameSeedGivesTheSameSchedule() {
        assertThat(FaultSchedule.plan(ALL, 7, MINUTE)).isEqualTo(FaultSchedule.plan(ALL, 7, MINUTE));
        assertThat(FaultSchedule.plan(ALL, 7, MINUTE)).isNotEqualTo(FaultSchedule.plan(ALL, 8, MINUTE));
    }

    @Test
    void oneFaultAtATimeWithTimeBetweenAndAtTheEnd() {
        for (long seed = 0; seed < 1_000; seed++) {
            List<Fault> faults = FaultSchedule.plan(ALL, seed, MINUTE);
            assertThat(faults).as("seed %d", seed).hasSizeBetween(2, 30);
            long free = 0;
            for (Fault fault : faults) {
                assertThat(fault.fromMillis()).as("seed %d: %s", seed, faults).isGreaterThanOrEqualTo(free + 1_500);
                free = fault.toMillis();
            }
            assertThat(free).isLessThanOrEqualTo(MINUTE - 3_000);
        }
    }

    @Test
    void meetsEveryKindAndEveryTargetInTheLongRun() {
        Set<FaultKind> kinds = new HashSet<>();
        Set<Target> targets = new HashSet<>();
        for (Fault fault : FaultSchedule.plan(ALL, 1, 60 * MINUTE)) {
            kinds.add(fault.kind());
            targets.add(fault.target());
        }
        assertThat(kinds).containsExactlyInAnyOrder(FaultKind.values());
        assertThat(targets).containsExactlyInAnyOrder(Target.values());
    }

    @Test
    void doesWhatCanBeDoneInSeveralWaysInAllOfThem() {
        for (FaultKind kind : FaultKind.values()) {
            Set<String> variants = new HashSet<>();
            FaultSchedule.plan(List.of(kind), 1, 60 * MINUTE).forEach(fault -> variants.add(fault.variant()));
            assertThat(variants)
                    .as("%s", kind)
                    .containsExactlyInAnyOrderElementsOf(kind.variants().isEmpty() ? List.of("") : kind.variants());
        }
    }

    @Test
    void thereIsNoFaultWithoutANemesisOrWithoutTime() {
        assertThat(FaultSchedule.plan(List.of(), 1, MINUTE)).isEmpty();
        assertThat(FaultSchedule.plan(ALL, 1, 3_000)).isEmpty();
    }
}
