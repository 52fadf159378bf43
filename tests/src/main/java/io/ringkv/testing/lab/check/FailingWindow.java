package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Cuts a few operations out of a history that is not linearizable which cannot be ordered by themselves, whatever the
 * register held before, so that a person sees what is wrong. The verdict never depends on it. Used by one thread.
 */
final class FailingWindow {
    private static final int MOST_STEPS = 512;
    private static final int MOST_TRIES = 60;
    private static final int MOST_POSSIBLE = 8;
    private static final int FALLBACK_STEPS = 12;

    private final String key;
    private final List<RegisterStep> steps;
    private final ValueTable values;
    private final RegisterSearch.Limits limits;

    FailingWindow(String key, List<RegisterStep> steps, ValueTable values, RegisterSearch.Limits limits) {
        this.key = key;
        this.steps = steps;
        this.values = values;
        this.limits = limits;
    }

    Violation explain(RegisterStep culprit, RegisterSearch.Finding finding) {
        List<RegisterStep> before = steps.stream()
                .filter(step -> step.invoked() < culprit.completed())
                .toList();
        List<String> possible = possible(finding.possible());
        if (isInvented(culprit, before)) {
            return violation(culprit, overlapping(culprit, before), "nobody had written that value", possible);
        }
        for (int size = 1; size <= MOST_STEPS; size *= 2) {
            List<RegisterStep> window = lastSteps(before, culprit, size);
            if (fails(window)) {
                return violation(culprit, shrunk(window, culprit), "no order explains it", possible);
            }
            if (size >= before.size()) {
                break;
            }
        }
        return violation(
                culprit,
                lastSteps(before, culprit, FALLBACK_STEPS),
                "no order since the beginning explains it",
                possible);
    }

    private Violation violation(RegisterStep culprit, List<RegisterStep> window, String why, List<String> possible) {
        List<Operation> operations = window.stream()
                .map(RegisterStep::operation)
                .sorted(Comparator.comparingInt(Operation::invoked))
                .toList();
        String sentence = culprit.operation() + ": " + why;
        return new Violation(key, sentence, operations, culprit.operation(), possible);
    }

    private List<String> possible(Set<Long> states) {
        return new TreeSet<>(states)
                .stream().limit(MOST_POSSIBLE).map(values::describe).toList();
    }

    private static boolean isInvented(RegisterStep culprit, List<RegisterStep> before) {
        return culprit.kind() == RegisterStep.Kind.SEE
                && culprit.demanded() != RegisterStep.ABSENT
                && before.stream()
                        .noneMatch(step -> step.kind() == RegisterStep.Kind.INCREASE
                                || (!step.isPassive() && step.next() == culprit.demanded()));
    }

    private static List<RegisterStep> overlapping(RegisterStep culprit, List<RegisterStep> before) {
        return before.stream()
                .filter(step -> !step.isUnknown() && step.completed() > culprit.invoked())
                .toList();
    }

    /** The last so many steps before the culprit returned, with what was open when the first of them was called. */
    private static List<RegisterStep> lastSteps(List<RegisterStep> before, RegisterStep culprit, int size) {
        int at = before.indexOf(culprit);
        int start = before.get(Math.max(0, at + 1 - size)).invoked();
        List<RegisterStep> regular = before.stream()
                .filter(step -> !step.isUnknown() && step.completed() > start)
                .toList();
        Set<Long> demanded = regular.stream().map(RegisterStep::demanded).collect(Collectors.toSet());
        List<RegisterStep> window = new ArrayList<>(regular);
        before.stream()
                .filter(step -> step.isUnknown()
                        && (step.kind() == RegisterStep.Kind.INCREASE || demanded.contains(step.next())))
                .forEach(window::add);
        window.sort(Comparator.comparingInt(RegisterStep::invoked));
        return window;
    }

    private boolean fails(List<RegisterStep> window) {
        Set<Long> states = window.stream()
                .filter(RegisterStep::asksForState)
                .map(RegisterStep::demanded)
                .filter(state -> state != RegisterStep.IMPOSSIBLE)
                .collect(Collectors.toCollection(TreeSet::new));
        LongStream.of(RegisterStep.ABSENT, RegisterStep.UNSEEN).forEach(states::add);
        return RegisterSearch.isImpossible(window, states, limits);
    }

    /** Without the reads, and then the changes nobody saw, that are not needed for the contradiction. */
    private List<RegisterStep> shrunk(List<RegisterStep> window, RegisterStep culprit) {
        List<RegisterStep> left = new ArrayList<>(window);
        int tries = 0;
        for (RegisterStep step : window) {
            if (step.invoked() != culprit.invoked() && step.isPassive() && tries++ < MOST_TRIES) {
                List<RegisterStep> without = new ArrayList<>(left);
                without.remove(step);
                if (fails(without)) {
                    left = without;
                }
            }
        }
        return left;
    }
}
