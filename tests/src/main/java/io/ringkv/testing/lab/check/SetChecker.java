package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import io.ringkv.testing.lab.history.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sets of unique elements that are only added to. A read holds every element whose addition was acknowledged before the
 * read began, or that an earlier read held; none whose addition failed or had not begun; and none twice.
 */
public final class SetChecker implements Checker {
    private final List<Violation> violations = new ArrayList<>();
    private long unknownAdded;

    @Override
    public CheckResult check(History history) {
        Map<String, List<Operation>> byKey = history.byKey(Subject.SET);
        long operations = byKey.values().stream().mapToLong(List::size).sum();
        long unknown = 0;
        long acknowledged = 0;
        boolean allRead = true;
        for (Map.Entry<String, List<Operation>> set : byKey.entrySet()) {
            checkSet(set.getKey(), set.getValue());
            allRead &= isReadAtTheEnd(set.getValue());
            for (Operation operation : set.getValue()) {
                unknown += operation.outcome() == Outcome.INFO ? 1 : 0;
                acknowledged += operation.isOk() && operation.function() == Function.ADD ? 1 : 0;
            }
        }
        String counts = acknowledged + " additions acknowledged, " + unknown + " operations of unknown outcome, "
                + unknownAdded + " such additions found";
        if (!violations.isEmpty()) {
            return new CheckResult(
                    Subject.SET,
                    Verdict.VIOLATED,
                    violations.get(0).sentence() + "; " + counts,
                    operations,
                    unknown,
                    violations);
        }
        return allRead
                ? new CheckResult(Subject.SET, Verdict.OK, "nothing lost: " + counts, operations, unknown, List.of())
                : new CheckResult(
                        Subject.SET,
                        Verdict.UNKNOWN,
                        "no read after the last addition, so a loss would not be seen; " + counts,
                        operations,
                        unknown,
                        List.of());
    }

    private static boolean isReadAtTheEnd(List<Operation> operations) {
        int lastAddition = operations.stream()
                .filter(operation -> operation.function() == Function.ADD && operation.isOk())
                .mapToInt(Operation::completed)
                .max()
                .orElse(0);
        return operations.stream()
                .anyMatch(operation -> operation.function() == Function.MEMBERS
                        && operation.isOk()
                        && operation.invoked() >= lastAddition);
    }

    private void checkSet(String key, List<Operation> operations) {
        Map<String, Operation> additions = new LinkedHashMap<>();
        List<Operation> reads = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.function() == Function.ADD) {
                additions.put(operation.input().toString(), operation);
            } else if (operation.isOk()) {
                reads.add(operation);
            }
        }
        Map<String, Operation> firstSeen = new HashMap<>();
        for (Operation read : reads) {
            checkRead(key, read, additions, firstSeen);
        }
        unknownAdded += firstSeen.keySet().stream()
                .map(additions::get)
                .filter(addition -> addition != null && addition.outcome() == Outcome.INFO)
                .count();
    }

    private void checkRead(
            String key, Operation read, Map<String, Operation> additions, Map<String, Operation> firstSeen) {
        Set<String> members = new HashSet<>();
        for (Datum item : read.output().items()) {
            String element = item.toString();
            if (!members.add(element)) {
                report(key, element + " was read twice", List.of(), read);
            }
            Operation addition = additions.get(element);
            if (addition == null) {
                report(key, element + " was read but never added", List.of(), read);
            } else if (!addition.mayHaveHappened()) {
                report(key, element + " was read though its addition failed", List.of(addition), read);
            } else if (read.precedes(addition)) {
                report(key, element + " was read before it was added", List.of(addition), read);
            }
        }
        for (Map.Entry<String, Operation> added : additions.entrySet()) {
            if (!members.contains(added.getKey())) {
                checkMissing(key, read, added.getValue(), firstSeen.get(added.getKey()));
            }
        }
        for (String element : members) {
            firstSeen.merge(element, read, (known, other) -> known.completed() <= other.completed() ? known : other);
        }
    }

    private void checkMissing(
            String key, Operation read, Operation addition, @org.jspecify.annotations.Nullable Operation seenBy) {
        if (addition.isOk() && addition.precedes(read)) {
            report(key, addition.input() + " was acknowledged, and is lost", List.of(addition), read);
        } else if (seenBy != null && seenBy.precedes(read)) {
            report(key, addition.input() + " was read before, and is lost", List.of(addition, seenBy), read);
        }
    }

    private void report(String key, String sentence, List<Operation> others, Operation read) {
        if (violations.size() < CheckResult.MAX_VIOLATIONS) {
            List<Operation> window = new ArrayList<>(others);
            window.add(read);
            violations.add(new Violation(key, sentence, window, read, List.of()));
        }
    }
}
