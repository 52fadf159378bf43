package io.ringkv.testing.lab.file;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Histories of anything, with texts of all kinds; no two events have the same time. */
final class RandomHistories {
    private static final List<String> TEXTS = List.of(
            "a",
            "",
            " ",
            "nil",
            "true",
            ":key",
            "007",
            "-0",
            "\"quoted\" \\ back",
            "line\nbreak\ttab",
            "ümläut \u20ac",
            "[1 2]",
            "; no comment",
            "}",
            "9223372036854775807",
            "-9223372036854775808",
            "9007199254740993");

    private final SplittableRandom random;

    RandomHistories(SplittableRandom random) {
        this.random = random;
    }

    History next() {
        int operations = random.nextInt(40);
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 2 * operations + 3; i++) {
            times.add(1_000L * i + random.nextInt(1_000));
        }
        Collections.shuffle(times.subList(0, 2 * operations), new Random(random.nextLong()));
        List<Operation> all = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            long a = times.get(2 * i);
            long b = times.get(2 * i + 1);
            all.add(operation(i, Math.min(a, b), Math.max(a, b)));
        }
        List<FaultEvent> faults = List.of(
                new FaultEvent(times.get(2 * operations), "kill", Datum.of("s1")),
                new FaultEvent(times.get(2 * operations + 1), "start", Datum.ofTexts(List.of("s1", "s2"))));
        return History.ofTimed(all, faults);
    }

    private Operation operation(long process, long start, long end) {
        Function function = one(Function.values());
        Outcome outcome = one(Outcome.values());
        return Operation.unplaced(
                process,
                function,
                text(),
                input(function),
                outcome == Outcome.OK ? output(function) : Datum.nothing(),
                outcome,
                outcome == Outcome.OK ? "" : random.nextBoolean() ? "TIMEOUT" : text(),
                start,
                end);
    }

    private Datum input(Function function) {
        return switch (function) {
            case CAS, CAS_ALL -> Datum.of(List.of(random.nextBoolean() ? Datum.nothing() : value(), value()));
            case INCREMENT, COUNT -> Datum.of(random.nextLong());
            case WRITE, WRITE_ALL, ADD, INSERT, REMOVE -> value();
            case READ, SESSION_READ, DELETE, TOTAL, MEMBERS, READ_ALL, SCAN -> Datum.nothing();
        };
    }

    private Datum output(Function function) {
        return switch (function) {
            case READ, SESSION_READ -> random.nextBoolean() ? Datum.nothing() : value();
            case INCREMENT, COUNT, TOTAL -> Datum.of(random.nextLong());
            case MEMBERS, READ_ALL, SCAN -> {
                List<Datum> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(value());
                }
                yield Datum.of(values);
            }
            case DELETE -> Datum.of("true");
            case WRITE, CAS, ADD, WRITE_ALL, CAS_ALL, INSERT, REMOVE -> Datum.nothing();
        };
    }

    private <T> T one(T[] values) {
        return List.of(values).get(random.nextInt(values.length));
    }

    private Datum value() {
        return Datum.of(text());
    }

    private String text() {
        return random.nextBoolean() ? TEXTS.get(random.nextInt(TEXTS.size())) : Long.toString(random.nextInt(1_000));
    }
}
