package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes histories of a register that really was one: each operation takes effect at one moment between call and outcome;
 * some outcomes are unknown, and of these some took effect much later or never.
 */
final class RandomRegisters {
    private static final Function[] FUNCTIONS = {
        Function.READ,
        Function.READ,
        Function.READ,
        Function.WRITE,
        Function.WRITE,
        Function.CAS,
        Function.DELETE,
        Function.INCREMENT
    };

    private final SplittableRandom random;
    private final String key;
    private final int values;
    private @Nullable String state;

    private record Planned(
            int process, Function function, Datum input, int call, int effect, int end, Outcome outcome) {}

    /** @param values how many different values are written; 0: every one is new */
    RandomRegisters(SplittableRandom random, String key, int values) {
        this.random = random;
        this.key = key;
        this.values = values;
    }

    /** A history of so many operations by so many processes, of which a part in a hundred have unknown outcomes. */
    List<Operation> history(int operations, int processes, int unknownPercent) {
        List<Planned> planned = new ArrayList<>();
        int[] free = new int[processes];
        for (int i = 0; i < operations; i++) {
            int process = random.nextInt(processes);
            int call = free[process] + random.nextInt(5);
            int end = call + 1 + random.nextInt(3 * processes);
            boolean unknown = random.nextInt(100) < unknownPercent;
            int effect = unknown && random.nextBoolean()
                    ? call + random.nextInt(50 * processes)
                    : call + random.nextInt(end - call);
            boolean never = unknown && random.nextInt(3) == 0;
            free[process] = end + 1;
            Function function = FUNCTIONS[random.nextInt(FUNCTIONS.length)];
            planned.add(new Planned(
                    process,
                    function,
                    input(function, i),
                    call,
                    never ? Operation.NEVER : effect,
                    end,
                    unknown ? Outcome.INFO : Outcome.OK));
        }
        planned.sort(Comparator.comparingInt(Planned::effect));
        List<Operation> result = new ArrayList<>();
        for (Planned plan : planned) {
            result.add(happen(plan));
        }
        return result;
    }

    private Datum input(Function function, int number) {
        return switch (function) {
            case WRITE -> value(number);
            case CAS -> Datum.of(List.of(random.nextInt(4) == 0 ? Datum.nothing() : value(number - 2), value(number)));
            case INCREMENT -> Datum.of(1 + random.nextInt(2));
            default -> Datum.nothing();
        };
    }

    private Datum value(int number) {
        return Datum.of(values == 0 ? 1000L * Math.max(1, number) : random.nextInt(values));
    }

    private Operation happen(Planned plan) {
        Outcome outcome = plan.outcome();
        String error = outcome == Outcome.INFO ? "timeout" : "";
        Datum output = Datum.nothing();
        if (plan.effect() != Operation.NEVER) {
            switch (plan.function()) {
                case READ -> output = Datum.of(state);
                case WRITE -> state = plan.input().text();
                case DELETE -> {
                    output = Datum.of(Boolean.toString(state != null));
                    state = null;
                }
                case INCREMENT -> {
                    state = Long.toString((state == null ? 0 : Long.parseLong(state))
                            + Long.parseLong(plan.input().toString()));
                    output = Datum.of(state);
                }
                case CAS -> {
                    List<Datum> parts = plan.input().items();
                    if (Datum.of(state).equals(parts.get(0))) {
                        state = parts.get(1).text();
                    } else if (outcome == Outcome.OK) {
                        outcome = Outcome.FAIL;
                        error = random.nextBoolean() ? Operation.REFUSED : Operation.REFUSED_UNSEEN;
                        output = error.equals(Operation.REFUSED) ? Datum.of(state) : Datum.nothing();
                    }
                }
                default -> throw new IllegalStateException(plan.toString());
            }
        }
        return Operation.unplaced(
                plan.process(),
                plan.function(),
                key,
                plan.input(),
                outcome == Outcome.INFO ? Datum.nothing() : output,
                outcome,
                error,
                plan.call(),
                plan.end());
    }
}
