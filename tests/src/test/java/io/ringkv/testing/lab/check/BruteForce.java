package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Linearizability by its definition: tries every order. Only for a handful of operations. */
final class BruteForce {
    private BruteForce() {}

    static boolean isLinearizable(List<Operation> operations) {
        List<Operation> relevant = new ArrayList<>(operations);
        relevant.removeIf(operation ->
                (operation.outcome() == Outcome.INFO && operation.function().isRead())
                        || (operation.outcome() == Outcome.FAIL && !operation.isRefused()));
        return search(relevant, null);
    }

    private static boolean search(List<Operation> left, @Nullable String state) {
        if (left.stream().allMatch(operation -> operation.outcome() == Outcome.INFO)) {
            return true;
        }
        for (Operation operation : left) {
            if (left.stream().noneMatch(other -> other.precedes(operation))) {
                Optional<Optional<String>> next = apply(operation, state);
                if (next.isPresent()) {
                    List<Operation> rest = new ArrayList<>(left);
                    rest.remove(operation);
                    if (search(rest, next.get().orElse(null))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** The state after it, within an optional that is empty if it cannot happen now. */
    private static Optional<Optional<String>> apply(Operation operation, @Nullable String state) {
        @Nullable String in = operation.input().text();
        @Nullable String out = operation.output().text();
        boolean known = operation.outcome() != Outcome.INFO;
        Function<@Nullable String, Optional<Optional<String>>> to = next -> Optional.of(Optional.ofNullable(next));
        return switch (operation.function()) {
            case READ -> Objects.equals(out, state) ? to.apply(state) : Optional.empty();
            case WRITE -> to.apply(in);
            case CAS -> {
                boolean holds = Objects.equals(part(operation, 0), state);
                if (operation.isRefused()) {
                    boolean sees = operation.error().equals(Operation.REFUSED_UNSEEN) || Objects.equals(out, state);
                    yield !holds && sees ? to.apply(state) : Optional.empty();
                }
                yield holds ? to.apply(part(operation, 1)) : Optional.empty();
            }
            case DELETE ->
                known && out != null && out.equals("true") != (state != null) ? Optional.empty() : to.apply(null);
            case INCREMENT -> {
                String sum = Long.toString(
                        (state == null ? 0 : Long.parseLong(state)) + Long.parseLong(Objects.requireNonNull(in)));
                yield !known || sum.equals(out) ? to.apply(sum) : Optional.empty();
            }
            default -> throw new IllegalArgumentException(operation.toString());
        };
    }

    private static @Nullable String part(Operation operation, int index) {
        Datum part = operation.input().items().get(index);
        return part.text();
    }
}
