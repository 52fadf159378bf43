package io.ringkv.testing.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the definition on small histories, and against known answers on large ones. */
final class RegisterSearchTest {
    private static final int SMALL_HISTORIES = 8_000;

    @Test
    void agreesWithTheDefinitionOnSmallHistories() {
        long seed = 20_261_120;
        SplittableRandom random = new SplittableRandom(seed);
        int violated = 0;
        for (int i = 0; i < SMALL_HISTORIES; i++) {
            SplittableRandom own = random.split();
            List<Operation> operations =
                    new RandomRegisters(own, "k", 3).history(2 + own.nextInt(6), 1 + own.nextInt(4), 30);
            History history = History.ofTimed(garbled(operations, own), List.of());
            boolean expected = BruteForce.isLinearizable(history.operations());
            CheckResult result = new RegisterChecker().check(history);
            assertThat(result.verdict())
                    .as("seed %d, history %d: %s", seed, i, history.operations())
                    .isEqualTo(expected ? Verdict.OK : Verdict.VIOLATED);
            violated += expected ? 0 : 1;
        }
        assertThat(violated).isBetween(SMALL_HISTORIES / 20, SMALL_HISTORIES * 19 / 20);
    }

    /** Changes some answers, so that some of the histories are wrong. */
    private static List<Operation> garbled(List<Operation> operations, SplittableRandom random) {
        List<Operation> changed = new ArrayList<>();
        for (Operation operation : operations) {
            boolean garble = operation.function() == Function.READ && operation.isOk() && random.nextInt(3) == 0;
            changed.add(garble ? answering(operation, Datum.of(random.nextInt(4))) : operation);
        }
        return changed;
    }

    private static Operation answering(Operation read, Datum value) {
        return Operation.unplaced(
                read.process(),
                read.function(),
                read.key(),
                read.input(),
                value,
                read.outcome(),
                read.error(),
                read.startNanos(),
                read.endNanos());
    }

    @Test
    void decidesLargeHistoriesWithManyUnknownOutcomes() {
        int keys = 10;
        int operationsPerKey = 300;
        long seed = 4;
        SplittableRandom random = new SplittableRandom(seed);
        List<Operation> operations = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
            operations.addAll(new RandomRegisters(random.split(), "key" + key, 0).history(operationsPerKey, 8, 5));
        }
        History history = History.ofTimed(operations, List.of());
        long start = System.nanoTime();

        CheckResult result = new RegisterChecker().check(history);

        System.out.printf(
                "checked %d operations, %d of unknown outcome, in %d ms%n",
                result.operations(), result.unknown(), (System.nanoTime() - start) / 1_000_000);
        assertThat(result.verdict()).as("seed %d: %s", seed, result).isEqualTo(Verdict.OK);
        assertThat(result.unknown()).isGreaterThan(keys * operationsPerKey / 25);
    }

    @Test
    @Tag("soak")
    void decidesFiftyThousandOperationsOfWhichManyAreOfUnknownOutcome() {
        int keys = 20;
        long seed = 6;
        SplittableRandom random = new SplittableRandom(seed);
        List<Operation> operations = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
            operations.addAll(new RandomRegisters(random.split(), "key" + key, 0).history(2_500, 8, 5));
        }

        CheckResult result = new RegisterChecker().check(History.ofTimed(operations, List.of()));

        assertThat(result.verdict()).as("seed %d: %s", seed, result).isEqualTo(Verdict.OK);
    }

    @Test
    void findsOneStaleReadAmongManyUnknownOutcomes() {
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        int tried = 0;
        for (int i = 0; i < 8; i++) {
            History history =
                    History.ofTimed(new RandomRegisters(random.split(), "k", 0).history(600, 5, 5), List.of());
            List<Operation> wrong = withStaleRead(history, random);
            if (wrong.isEmpty()) {
                continue;
            }
            tried++;
            CheckResult result = new RegisterChecker().check(History.ofTimed(wrong, List.of()));
            assertThat(result.verdict()).as("seed %d, history %d", seed, i).isEqualTo(Verdict.VIOLATED);
            assertThat(result.violations().get(0).window()).hasSizeLessThan(200);
        }
        assertThat(tried).isGreaterThan(4);
    }

    /** Lets a read answer a value that was written and overwritten, both for certain, before it began. */
    private static List<Operation> withStaleRead(History history, SplittableRandom random) {
        List<Operation> operations = new ArrayList<>(history.operations());
        int start = operations.size() / 2 + random.nextInt(operations.size() / 4);
        for (int i = start; i < operations.size(); i++) {
            Operation read = operations.get(i);
            if (read.function() == Function.READ && read.isOk()) {
                for (int j = i - 100; j < i; j++) {
                    Operation write = operations.get(j);
                    if (write.function() == Function.WRITE && write.isOk() && isOverwritten(write, read, operations)) {
                        operations.set(i, answering(read, write.input()));
                        return operations;
                    }
                }
            }
        }
        return List.of();
    }

    private static boolean isOverwritten(Operation write, Operation read, List<Operation> operations) {
        return operations.stream()
                .anyMatch(other -> other.function() == Function.WRITE
                        && other.isOk()
                        && write.precedes(other)
                        && other.precedes(read)
                        && !other.input().equals(write.input()));
    }
}
