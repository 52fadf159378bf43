package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.check.RegisterStep.Kind;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates the operations on one key. What changes nothing and says nothing is left out. Used by one thread. */
final class RegisterSteps {
    private final ValueTable values;

    RegisterSteps(ValueTable values) {
        this.values = values;
    }

    /** The steps in the order of their calls. */
    List<RegisterStep> of(List<Operation> operations) {
        List<RegisterStep> steps = new ArrayList<>(operations.size());
        for (Operation operation : operations) {
            RegisterStep step = of(operation);
            if (step != null) {
                steps.add(step);
            }
        }
        return steps;
    }

    private @Nullable RegisterStep of(Operation operation) {
        return switch (operation.outcome()) {
            case OK -> happened(operation);
            case FAIL -> refused(operation);
            case INFO -> unknown(operation);
        };
    }

    private RegisterStep happened(Operation operation) {
        Datum in = operation.input();
        return switch (operation.function()) {
            case READ, SESSION_READ, READ_ALL -> see(operation, values.state(operation.output()));
            case WRITE, WRITE_ALL -> step(operation, Kind.WRITE, 0, values.state(in));
            case CAS, CAS_ALL -> step(operation, Kind.SWAP, values.state(part(in, 0)), values.state(part(in, 1)));
            case DELETE -> {
                String existed = operation.output().text();
                if (existed == null) {
                    yield step(operation, Kind.WRITE, 0, RegisterStep.ABSENT);
                }
                yield existed.equals("true")
                        ? step(operation, Kind.REMOVE, 0, RegisterStep.ABSENT)
                        : see(operation, RegisterStep.ABSENT);
            }
            case INCREMENT -> {
                long sum = values.state(operation.output());
                yield step(operation, Kind.COUNT, sum - number(in), sum);
            }
            case COUNT, TOTAL, ADD, MEMBERS, INSERT, REMOVE, SCAN -> throw notOnRegisters(operation);
        };
    }

    private @Nullable RegisterStep refused(Operation operation) {
        if (!operation.isRefused() || operation.function().isRead()) {
            return null;
        }
        return switch (operation.function()) {
            case CAS, CAS_ALL -> {
                long expected = values.state(part(operation.input(), 0));
                if (operation.error().equals(Operation.REFUSED_UNSEEN)) {
                    yield step(operation, Kind.SEE_OTHER, expected, 0);
                }
                long current = values.state(operation.output());
                // Refused although what was there is what was expected: no state explains it.
                yield see(operation, current == expected ? RegisterStep.IMPOSSIBLE : current);
            }
            default -> null;
        };
    }

    private @Nullable RegisterStep unknown(Operation operation) {
        Datum in = operation.input();
        return switch (operation.function()) {
            case READ, SESSION_READ, READ_ALL -> null;
            case WRITE, WRITE_ALL -> step(operation, Kind.WRITE, 0, values.state(in));
            case CAS, CAS_ALL -> step(operation, Kind.SWAP, values.state(part(in, 0)), values.state(part(in, 1)));
            case DELETE -> step(operation, Kind.WRITE, 0, RegisterStep.ABSENT);
            case INCREMENT -> step(operation, Kind.INCREASE, 0, number(in));
            case COUNT, TOTAL, ADD, MEMBERS, INSERT, REMOVE, SCAN -> throw notOnRegisters(operation);
        };
    }

    private static RegisterStep see(Operation operation, long state) {
        return step(operation, Kind.SEE, state, 0);
    }

    private static RegisterStep step(Operation operation, Kind kind, long demanded, long next) {
        return new RegisterStep(kind, demanded, next, operation.invoked(), operation.completed(), operation);
    }

    private static Datum part(Datum pair, int index) {
        if (pair.items().size() != 2) {
            throw new IllegalArgumentException("cas of " + pair + " (expected: what is expected, and what is new)");
        }
        return pair.items().get(index);
    }

    private static long number(Datum value) {
        String text = value.text();
        Long number = text == null ? null : ValueTable.number(text);
        if (number == null) {
            throw new IllegalArgumentException("increment by " + value + " (expected: a number)");
        }
        return number;
    }

    private static IllegalArgumentException notOnRegisters(Operation operation) {
        return new IllegalArgumentException(operation.function().text() + " is no function of registers");
    }
}
