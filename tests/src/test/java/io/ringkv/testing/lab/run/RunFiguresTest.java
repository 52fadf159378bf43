package io.ringkv.testing.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ShardId;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The numbers of a run are those of its load, second by second and shard by shard. */
final class RunFiguresTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;

    @Test
    void countsWhatBeganUnderLoad() {
        RunFigures figures = figures(
                write(-MILLI, 0, Outcome.OK, ""), // prepared before
                write(0, MILLI, Outcome.OK, ""),
                write(0, MILLI, Outcome.FAIL, Operation.REFUSED),
                write(0, MILLI, Outcome.FAIL, "NO_LEADER"),
                write(0, MILLI, Outcome.INFO, "OUTCOME_UNKNOWN"),
                write(3 * SECOND, 3 * SECOND + 1, Outcome.OK, "")); // read afterwards

        assertThat(figures.operations()).isEqualTo(4);
        assertThat(figures.succeeded()).isEqualTo(2);
        assertThat(figures.failed()).isEqualTo(1);
        assertThat(figures.unknown()).isEqualTo(1);
        assertThat(figures.successRate()).isEqualTo(0.5);
        assertThat(figures.errors()).containsOnlyKeys("NO_LEADER", "OUTCOME_UNKNOWN");
    }

    @Test
    void tellsTheWorstSecondAndTheLongestGap() {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            operations.add(write(50 * MILLI * i, 50 * MILLI * i + MILLI, Outcome.OK, ""));
        }
        operations.add(write(2 * SECOND, 2 * SECOND + 5 * MILLI, Outcome.OK, ""));

        RunFigures figures = figures(operations.toArray(Operation[]::new));

        assertThat(figures.seconds()).extracting(RunFigures.Second::succeeded).containsExactly(10L, 0L, 1L);
        assertThat(figures.lowestSecond()).isZero();
        assertThat(figures.longestGap()).hasValueSatisfying(gap -> {
            assertThat(gap.getKey()).isEqualTo(new ShardId(1));
            assertThat(gap.getValue().fromNanos()).isEqualTo(451 * MILLI);
            assertThat(gap.getValue().toNanos()).isEqualTo(2 * SECOND + 5 * MILLI);
        });
    }

    private static RunFigures figures(Operation... operations) {
        return RunFigures.of(
                History.ofTimed(List.of(operations), List.of()),
                0,
                3 * SECOND,
                operation -> Optional.of(new ShardId(1)));
    }

    private static Operation write(long start, long end, Outcome outcome, String error) {
        return Operation.unplaced(0, Function.WRITE, "k", Datum.of(1), Datum.nothing(), outcome, error, start, end);
    }
}
