package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import io.ringkv.testing.lab.history.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counters to which only positive numbers are added. Every sum that was answered lies between what was acknowledged before
 * its operation began (with its own part) and what had been called before its end; no two additions got the same sum; sums
 * rise in real time; and the last read is exact, but for additions of unknown outcome.
 */
public final class CounterChecker implements Checker {
    private final List<Violation> violations = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();

    @Override
    public CheckResult check(History history) {
        Map<String, List<Operation>> byKey = history.byKey(Subject.COUNTER);
        long operations = byKey.values().stream().mapToLong(List::size).sum();
        long unknown = byKey.values().stream()
                .flatMap(List::stream)
                .filter(operation -> operation.outcome() == Outcome.INFO)
                .count();
        byKey.forEach(this::checkCounter);
        String counts = operations + " operations on " + byKey.size() + " counters, " + unknown + " of unknown outcome";
        if (!violations.isEmpty()) {
            return new CheckResult(
                    Subject.COUNTER,
                    Verdict.VIOLATED,
                    violations.get(0).sentence() + "; " + counts,
                    operations,
                    unknown,
                    violations);
        }
        return doubts.isEmpty()
                ? new CheckResult(Subject.COUNTER, Verdict.OK, "exact: " + counts, operations, unknown, List.of())
                : new CheckResult(
                        Subject.COUNTER,
                        Verdict.UNKNOWN,
                        doubts.get(0) + "; " + counts,
                        operations,
                        unknown,
                        List.of());
    }

    private void checkCounter(String key, List<Operation> operations) {
        List<Operation> additions = operations.stream()
                .filter(operation -> operation.function() == Function.COUNT && operation.mayHaveHappened())
                .toList();
        if (additions.stream().anyMatch(addition -> delta(addition) <= 0)) {
            doubts.add(key + " was added a number that is not positive");
            return;
        }
        List<Operation> answered = operations.stream()
                .filter(operation -> operation.isOk() && sum(operation) != null)
                .toList();
        checkBounds(key, additions, answered);
        checkDistinct(key, answered);
        checkRising(key, answered);
        int lastAddition = additions.stream()
                .filter(Operation::isOk)
                .mapToInt(Operation::completed)
                .max()
                .orElse(0);
        boolean readAtTheEnd = operations.stream()
                .anyMatch(operation -> operation.function() == Function.TOTAL
                        && operation.isOk()
                        && operation.invoked() >= lastAddition);
        if (!readAtTheEnd) {
            doubts.add(key + " was not read after the last addition");
        }
    }

    /** Sweeps over all calls and outcomes in their order. */
    private void checkBounds(String key, List<Operation> additions, List<Operation> answered) {
        List<Operation> byOutcome = additions.stream()
                .filter(Operation::isOk)
                .sorted(Comparator.comparingInt(Operation::completed))
                .toList();
        Map<Integer, Long> lowestByCall = new HashMap<>();
        long acknowledged = 0;
        int next = 0;
        for (Operation operation : answered) {
            while (next < byOutcome.size() && byOutcome.get(next).completed() < operation.invoked()) {
                acknowledged += delta(byOutcome.get(next++));
            }
            lowestByCall.put(
                    operation.invoked(),
                    acknowledged + (operation.function() == Function.COUNT ? delta(operation) : 0));
        }
        List<Operation> ends = answered.stream()
                .sorted(Comparator.comparingInt(Operation::completed))
                .toList();
        long called = 0;
        next = 0;
        for (Operation operation : ends) {
            while (next < additions.size() && additions.get(next).invoked() < operation.completed()) {
                called += delta(additions.get(next++));
            }
            long sum = number(sum(operation));
            long low = lowestByCall.getOrDefault(operation.invoked(), 0L);
            if (sum < low || sum > called) {
                report(
                        key,
                        operation + ": " + (sum < low ? "something acknowledged is missing" : "something counts twice"),
                        List.of(),
                        operation,
                        List.of(low + " to " + called));
            }
        }
    }

    private void checkDistinct(String key, List<Operation> answered) {
        Map<String, Operation> bySum = new HashMap<>();
        for (Operation operation : answered) {
            if (operation.function() == Function.COUNT) {
                Operation other = bySum.putIfAbsent(operation.output().toString(), operation);
                if (other != null) {
                    report(
                            key,
                            "two additions got the sum " + operation.output(),
                            List.of(other),
                            operation,
                            List.of());
                }
            }
        }
    }

    private void checkRising(String key, List<Operation> answered) {
        List<Operation> ends = answered.stream()
                .sorted(Comparator.comparingInt(Operation::completed))
                .toList();
        int next = 0;
        @Nullable Operation highest = null;
        for (Operation operation : answered) {
            while (next < ends.size() && ends.get(next).completed() < operation.invoked()) {
                Operation ended = ends.get(next++);
                highest = highest == null || number(sum(ended)) > number(sum(highest)) ? ended : highest;
            }
            if (highest != null && number(sum(operation)) < number(sum(highest))) {
                report(
                        key,
                        operation + ": a greater sum had been answered before",
                        List.of(highest),
                        operation,
                        List.of());
            }
        }
    }

    private void report(String key, String sentence, List<Operation> others, Operation culprit, List<String> possible) {
        if (violations.size() < CheckResult.MAX_VIOLATIONS) {
            List<Operation> window = new ArrayList<>(others);
            window.add(culprit);
            violations.add(new Violation(key, sentence, window, culprit, possible));
        }
    }

    /** The sum that was answered; a counter that does not exist is 0. Null if the answer is no number. */
    private static @Nullable Long sum(Operation operation) {
        if (operation.output() == Datum.nothing()) {
            return operation.function() == Function.TOTAL ? 0L : null;
        }
        String text = operation.output().text();
        return text == null ? null : ValueTable.number(text);
    }

    private static long delta(Operation addition) {
        String text = addition.input().text();
        return number(text == null ? null : ValueTable.number(text));
    }

    private static long number(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
