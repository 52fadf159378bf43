package io.ringkv.testing.lab.check;

import static io.ringkv.testing.lab.check.Histories.KEY;
import static io.ringkv.testing.lab.check.Histories.failed;
import static io.ringkv.testing.lab.check.Histories.ok;
import static io.ringkv.testing.lab.check.Histories.pair;
import static io.ringkv.testing.lab.check.Histories.refused;
import static io.ringkv.testing.lab.check.Histories.unknown;
import static io.ringkv.testing.lab.history.Function.CAS;
import static io.ringkv.testing.lab.history.Function.DELETE;
import static io.ringkv.testing.lab.history.Function.INCREMENT;
import static io.ringkv.testing.lab.history.Function.READ;
import static io.ringkv.testing.lab.history.Function.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.lab.history.Operation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Histories whose answer everybody agrees upon. */
final class RegisterCheckerTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void allows(String name, List<Operation> history) {
        assertThat(check(history).verdict()).isEqualTo(Verdict.OK);
        assertThat(BruteForce.isLinearizable(history)).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forbidden")
    void forbids(String name, List<Operation> history) {
        CheckResult result = check(history);

        assertThat(result.verdict()).isEqualTo(Verdict.VIOLATED);
        assertThat(result.violations()).singleElement().satisfies(violation -> {
            assertThat(violation.key()).isEqualTo(KEY);
            assertThat(violation.window()).contains(violation.culprit());
        });
        assertThat(BruteForce.isLinearizable(history)).isFalse();
    }

    static Stream<Arguments> allowed() {
        return Stream.of(
                history("nothing at all"),
                history("a read of what is not there", ok(READ, null, null, 0, 1)),
                history("a read after a write", ok(WRITE, 1, null, 0, 1), ok(READ, null, 1, 2, 3)),
                // Herlihy and Wing, 1990: a read may see a write that overlaps it, or not.
                history("a read that overlaps a write, old", ok(WRITE, 1, null, 0, 3), ok(READ, null, null, 1, 2)),
                history("a read that overlaps a write, new", ok(WRITE, 1, null, 0, 3), ok(READ, null, 1, 1, 2)),
                history(
                        "two overlapping writes in either order",
                        ok(WRITE, 1, null, 0, 4),
                        ok(WRITE, 2, null, 1, 3),
                        ok(READ, null, 1, 5, 6)),
                history(
                        "a write that nobody saw the end of, which takes effect late",
                        unknown(WRITE, 1, 0),
                        ok(READ, null, null, 1, 2),
                        ok(READ, null, 1, 3, 4)),
                history(
                        "a write of unknown outcome that never takes effect",
                        unknown(WRITE, 1, 0),
                        ok(READ, null, null, 1, 2)),
                history(
                        "an unknown write explains why a comparison failed",
                        ok(WRITE, 1, null, 0, 1),
                        unknown(WRITE, 2, 2),
                        refused(CAS, pair(1, 3), 2, 3, 4)),
                history("a comparison with nothing", ok(CAS, pair(null, 1), null, 0, 1), ok(READ, null, 1, 2, 3)),
                history("an increment of nothing", ok(INCREMENT, 5, 5, 0, 1), ok(READ, null, 5, 2, 3)),
                history(
                        "an unknown increment counts once",
                        ok(INCREMENT, 1, 1, 0, 1),
                        unknown(INCREMENT, 1, 2),
                        ok(INCREMENT, 1, 3, 3, 4)),
                history("a failed write has no effect", failed(WRITE, 1, 0, 1), ok(READ, null, null, 2, 3)),
                history(
                        "a deletion of unknown outcome long ago",
                        ok(WRITE, 1, null, 0, 1),
                        unknown(DELETE, null, 2),
                        ok(READ, null, 1, 3, 4),
                        ok(READ, null, null, 5, 6)));
    }

    static Stream<Arguments> forbidden() {
        return Stream.of(
                history("a stale read", ok(WRITE, 1, null, 0, 1), ok(READ, null, null, 2, 3)),
                history(
                        "a stale read after an overwrite",
                        ok(WRITE, 1, null, 0, 1),
                        ok(WRITE, 2, null, 2, 3),
                        ok(READ, null, 1, 4, 5)),
                // What the leader of a minority answers that does not know that it was deposed.
                history(
                        "two reads that go back in time",
                        ok(WRITE, 1, null, 0, 1),
                        ok(WRITE, 2, null, 2, 9),
                        ok(READ, null, 2, 3, 4),
                        ok(READ, null, 1, 5, 6)),
                history("a value from nowhere", ok(READ, null, 7, 0, 1)),
                history("a failed write that was seen", failed(WRITE, 1, 0, 1), ok(READ, null, 1, 2, 3)),
                history("a write seen before it began", ok(READ, null, 1, 0, 1), ok(WRITE, 1, null, 2, 3)),
                history(
                        "a comparison that held for two",
                        ok(WRITE, 1, null, 0, 1),
                        ok(CAS, pair(1, 2), null, 2, 5),
                        ok(CAS, pair(1, 3), null, 3, 4)),
                history(
                        "a comparison that was refused though it held",
                        ok(WRITE, 1, null, 0, 1),
                        refused(CAS, pair(1, 2), 1, 2, 3)),
                history("a lost update", ok(INCREMENT, 1, 1, 0, 3), ok(INCREMENT, 1, 1, 1, 2)),
                history("an increment that counts twice", ok(INCREMENT, 1, 1, 0, 1), ok(READ, null, 2, 2, 3)),
                history(
                        "an unknown write that takes effect twice",
                        unknown(WRITE, 1, 0),
                        ok(READ, null, 1, 1, 2),
                        ok(WRITE, 2, null, 3, 4),
                        ok(READ, null, 1, 5, 6)),
                history("a deletion that found something where nothing was", ok(DELETE, null, "true", 0, 1)),
                history(
                        "a deletion that came back",
                        ok(WRITE, 1, null, 0, 1),
                        ok(DELETE, null, "true", 2, 3),
                        ok(READ, null, 1, 4, 5)));
    }

    @Test
    void showsOnlyWhatProvesTheViolation() {
        List<Operation> history = new java.util.ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            history.add(ok(WRITE, i, null, 4 * i, 4 * i + 1));
            history.add(ok(READ, null, i, 4 * i + 2, 4 * i + 3));
        }
        history.add(ok(READ, null, 998, 5000, 5001));

        Violation violation = check(history).violations().get(0);

        assertThat(violation.window()).hasSizeLessThan(5);
        assertThat(violation.sentence()).contains("read k -> ok 998");
        assertThat(violation.possible()).isNotEmpty();
    }

    @Test
    void saysUnknownWhenItGivesUp() {
        List<Operation> history = new java.util.ArrayList<>();
        for (int i = 0; i < 12; i++) {
            history.add(ok(WRITE, i, null, i, 100 + i));
        }
        history.add(ok(READ, null, 5, 50, 200));

        CheckResult result = new RegisterChecker(new RegisterSearch.Limits(3, 100)).check(Histories.of(history));

        assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(result.sentence()).contains("gave up");
    }

    private static CheckResult check(List<Operation> history) {
        return new RegisterChecker().check(Histories.of(history));
    }

    private static Arguments history(String name, Operation... operations) {
        return Arguments.of(name, List.of(operations));
    }
}
