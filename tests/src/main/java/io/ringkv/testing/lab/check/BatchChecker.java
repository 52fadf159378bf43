package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Atomicity of batches. All keys of a group are always written together, with the same value: a read of the group that
 * finds two different values has seen half a batch. Each group must besides be linearizable as if it were one register.
 */
public final class BatchChecker implements Checker {
    @Override
    public CheckResult check(History history) {
        RegisterChecker.Tally tally = new RegisterChecker.Tally(Subject.BATCH, RegisterSearch.Limits.DEFAULT);
        Map<String, List<Operation>> groups = new LinkedHashMap<>();
        history.byKey(Subject.BATCH).forEach((group, operations) -> {
            List<Operation> asRegister = new ArrayList<>();
            for (Operation operation : operations) {
                boolean answeredRead = operation.isOk() && operation.function() == Function.READ_ALL;
                if (answeredRead && isTorn(operation)) {
                    tally.add(torn(group, operation, operations));
                } else {
                    asRegister.add(answeredRead ? withOneValue(operation) : operation);
                }
            }
            groups.put(group, asRegister);
        });
        return tally.check(groups);
    }

    private static boolean isTorn(Operation read) {
        return read.output().items().stream().distinct().count() > 1;
    }

    private static Violation torn(String group, Operation read, List<Operation> operations) {
        List<String> seen =
                read.output().items().stream().map(Datum::toString).distinct().toList();
        List<Operation> window = operations.stream()
                .filter(operation -> operation.invoked() == read.invoked()
                        || (!operation.function().isRead() && operation.mayHaveHappened() && wrote(operation, seen)))
                .toList();
        return new Violation(
                group, read + ": different values under keys that are only written together", window, read, List.of());
    }

    private static boolean wrote(Operation operation, List<String> seen) {
        List<Datum> parts = operation.input().items();
        Datum written = parts.isEmpty() ? operation.input() : parts.get(parts.size() - 1);
        return seen.contains(written.toString());
    }

    private static Operation withOneValue(Operation read) {
        List<Datum> values = read.output().items();
        return new Operation(
                read.process(),
                read.function(),
                read.key(),
                read.input(),
                values.isEmpty() ? Datum.nothing() : values.get(0),
                read.outcome(),
                read.error(),
                read.startNanos(),
                read.endNanos(),
                read.invoked(),
                read.completed());
    }
}
