package io.ringkv.testing.lab.check;

import static io.ringkv.testing.lab.check.Histories.failed;
import static io.ringkv.testing.lab.check.Histories.ok;
import static io.ringkv.testing.lab.check.Histories.pair;
import static io.ringkv.testing.lab.check.Histories.refused;
import static io.ringkv.testing.lab.check.Histories.unknown;
import static io.ringkv.testing.lab.check.Verdict.OK;
import static io.ringkv.testing.lab.check.Verdict.UNKNOWN;
import static io.ringkv.testing.lab.check.Verdict.VIOLATED;
import static io.ringkv.testing.lab.history.Function.ADD;
import static io.ringkv.testing.lab.history.Function.CAS_ALL;
import static io.ringkv.testing.lab.history.Function.COUNT;
import static io.ringkv.testing.lab.history.Function.INSERT;
import static io.ringkv.testing.lab.history.Function.MEMBERS;
import static io.ringkv.testing.lab.history.Function.READ_ALL;
import static io.ringkv.testing.lab.history.Function.REMOVE;
import static io.ringkv.testing.lab.history.Function.SCAN;
import static io.ringkv.testing.lab.history.Function.TOTAL;
import static io.ringkv.testing.lab.history.Function.WRITE_ALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.lab.history.Operation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sets, counters, batches and scans: what is allowed, what is not, and what nobody can know. */
final class OtherCheckersTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource("histories")
    void judges(String name, Verdict expected, List<Operation> history) {
        List<CheckResult> results = Checkers.check(Histories.of(history));

        assertThat(Checkers.verdict(results)).as("%s", results).isEqualTo(expected);
    }

    static Stream<Arguments> histories() {
        return Stream.of(sets(), counters(), batches(), scans()).flatMap(all -> all);
    }

    private static Stream<Arguments> sets() {
        return Stream.of(
                history("all there", OK, ok(ADD, 1, null, 0, 1), ok(MEMBERS, null, List.of(1), 2, 3)),
                history("one lost", VIOLATED, ok(ADD, 1, null, 0, 1), ok(MEMBERS, null, List.of(), 2, 3)),
                history("one invented", VIOLATED, ok(MEMBERS, null, List.of(9), 0, 1)),
                history("one twice", VIOLATED, ok(ADD, 1, null, 0, 1), ok(MEMBERS, null, List.of(1, 1), 2, 3)),
                history("failed and there", VIOLATED, failed(ADD, 1, 0, 1), ok(MEMBERS, null, List.of(1), 2, 3)),
                history("unknown and there", OK, unknown(ADD, 1, 0), ok(MEMBERS, null, List.of(1), 2, 3)),
                history("unknown and missing", OK, unknown(ADD, 1, 0), ok(MEMBERS, null, List.of(), 2, 3)),
                history(
                        "unknown, there, and gone",
                        VIOLATED,
                        unknown(ADD, 1, 0),
                        ok(MEMBERS, null, List.of(1), 2, 3),
                        ok(MEMBERS, null, List.of(), 4, 5)),
                history(
                        "read before it was added",
                        VIOLATED,
                        ok(MEMBERS, null, List.of(1), 0, 1),
                        ok(ADD, 1, null, 2, 3)),
                history("never read", UNKNOWN, ok(ADD, 1, null, 0, 1)),
                history("not read in the end", UNKNOWN, ok(MEMBERS, null, List.of(), 0, 1), ok(ADD, 1, null, 2, 3)));
    }

    private static Stream<Arguments> counters() {
        return Stream.of(
                history("exact", OK, ok(COUNT, 1, 1, 0, 1), ok(TOTAL, null, 1, 2, 3)),
                history("nothing counted", OK, ok(TOTAL, null, null, 0, 1)),
                history("one lost", VIOLATED, ok(COUNT, 1, 1, 0, 1), ok(TOTAL, null, null, 2, 3)),
                history("one counted twice", VIOLATED, ok(COUNT, 1, 1, 0, 1), ok(TOTAL, null, 2, 2, 3)),
                history("an unknown one counts", OK, unknown(COUNT, 1, 0), ok(TOTAL, null, 1, 2, 3)),
                history("an unknown one does not", OK, unknown(COUNT, 1, 0), ok(TOTAL, null, null, 2, 3)),
                history("a failed one counts", VIOLATED, failed(COUNT, 1, 0, 1), ok(TOTAL, null, 1, 2, 3)),
                history(
                        "two got the same sum",
                        VIOLATED,
                        ok(COUNT, 1, 1, 0, 3),
                        ok(COUNT, 1, 1, 1, 2),
                        unknown(COUNT, 1, 4),
                        ok(TOTAL, null, 2, 5, 6)),
                history(
                        "back in time",
                        VIOLATED,
                        ok(COUNT, 1, 1, 0, 9),
                        ok(TOTAL, null, 1, 1, 2),
                        ok(TOTAL, null, null, 3, 4),
                        ok(TOTAL, null, 1, 10, 11)),
                history("not read in the end", UNKNOWN, ok(COUNT, 1, 1, 0, 1)));
    }

    private static Stream<Arguments> batches() {
        return Stream.of(
                history("whole", OK, ok(WRITE_ALL, 1, null, 0, 1), ok(READ_ALL, null, List.of(1, 1), 2, 3)),
                history(
                        "half",
                        VIOLATED,
                        ok(WRITE_ALL, 1, null, 0, 1),
                        ok(WRITE_ALL, 2, null, 2, 5),
                        ok(READ_ALL, null, List.of(1, 2), 3, 4)),
                history("stale", VIOLATED, ok(WRITE_ALL, 1, null, 0, 1), ok(READ_ALL, null, pair(null, "x"), 2, 3)),
                history("refused rightly", OK, ok(WRITE_ALL, 1, null, 0, 1), refused(CAS_ALL, pair(2, 3), 1, 2, 3)),
                history(
                        "applied wrongly",
                        VIOLATED,
                        ok(WRITE_ALL, 1, null, 0, 1),
                        ok(CAS_ALL, pair(2, 3), null, 2, 3)));
    }

    private static Stream<Arguments> scans() {
        return Stream.of(
                history("found", OK, ok(INSERT, "a", null, 0, 1), ok(SCAN, null, List.of("a"), 2, 3)),
                history("missed", VIOLATED, ok(INSERT, "a", null, 0, 1), ok(SCAN, null, List.of(), 2, 3)),
                history("invented", VIOLATED, ok(SCAN, null, List.of("a"), 0, 1)),
                history(
                        "deleted before, and found",
                        VIOLATED,
                        ok(INSERT, "a", null, 0, 1),
                        ok(REMOVE, "a", null, 2, 3),
                        ok(SCAN, null, List.of("a"), 4, 5)),
                history(
                        "deleted meanwhile, and found",
                        OK,
                        ok(INSERT, "a", null, 0, 1),
                        ok(REMOVE, "a", null, 3, 4),
                        ok(SCAN, null, List.of("a"), 2, 5)),
                history(
                        "deleted meanwhile, and not found",
                        OK,
                        ok(INSERT, "a", null, 0, 1),
                        ok(REMOVE, "a", null, 3, 4),
                        ok(SCAN, null, List.of(), 2, 5)),
                history(
                        "perhaps deleted long ago",
                        OK,
                        ok(INSERT, "a", null, 0, 1),
                        unknown(REMOVE, "a", 2),
                        ok(SCAN, null, List.of(), 4, 5)),
                history(
                        "perhaps deleted, then inserted again, and perhaps deleted only then",
                        OK,
                        unknown(REMOVE, "a", 0),
                        ok(INSERT, "a", null, 2, 3),
                        ok(SCAN, null, List.of(), 4, 5)),
                history(
                        "perhaps inserted late",
                        OK,
                        unknown(INSERT, "a", 0),
                        ok(REMOVE, "a", null, 2, 3),
                        ok(SCAN, null, List.of("a"), 4, 5)),
                history(
                        "out of order",
                        VIOLATED,
                        ok(INSERT, "a", null, 0, 1),
                        ok(INSERT, "b", null, 2, 3),
                        ok(SCAN, null, List.of("b", "a"), 4, 5)),
                history("twice", VIOLATED, ok(INSERT, "a", null, 0, 1), ok(SCAN, null, List.of("a", "a"), 2, 3)),
                history("never scanned", UNKNOWN, ok(INSERT, "a", null, 0, 1)));
    }

    private static Arguments history(String name, Verdict verdict, Operation... operations) {
        return Arguments.of(name, verdict, List.of(operations));
    }
}
