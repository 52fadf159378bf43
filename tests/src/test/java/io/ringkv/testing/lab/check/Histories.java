package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes histories in few words. Times are places. */
final class Histories {
    static final String KEY = "k";

    private Histories() {}

    static History of(Operation... operations) {
        return of(List.of(operations));
    }

    static History of(List<Operation> operations) {
        return new History(
                operations.stream()
                        .sorted(Comparator.comparingInt(Operation::invoked))
                        .toList(),
                List.of());
    }

    static Operation ok(Function function, @Nullable Object input, @Nullable Object output, int start, int end) {
        return operation(function, input, output, Outcome.OK, "", start, end);
    }

    static Operation unknown(Function function, @Nullable Object input, int start) {
        return operation(function, input, null, Outcome.INFO, "timeout", start, Operation.NEVER);
    }

    static Operation refused(Function function, Object input, @Nullable Object current, int start, int end) {
        return operation(function, input, current, Outcome.FAIL, Operation.REFUSED, start, end);
    }

    static Operation failed(Function function, @Nullable Object input, int start, int end) {
        return operation(function, input, null, Outcome.FAIL, "unavailable", start, end);
    }

    static Operation operation(
            Function function,
            @Nullable Object input,
            @Nullable Object output,
            Outcome outcome,
            String error,
            int start,
            int end) {
        return new Operation(
                start,
                function,
                KEY,
                datum(input),
                datum(output),
                outcome,
                error,
                start,
                end == Operation.NEVER ? start + 1L : end,
                start,
                end);
    }

    static List<@Nullable Object> pair(@Nullable Object expected, Object next) {
        return Stream.of(expected, next).toList();
    }

    private static Datum datum(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return Datum.of(list.stream().map(Histories::datum).toList());
        }
        return Datum.of(value == null ? null : value.toString());
    }
}
