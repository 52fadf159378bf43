package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Subject;
import java.util.ArrayList;
import java.util.List;

/** Gives each kind of operation in a history to its checker. */
public final class Checkers {
    private Checkers() {}

    /** One result for each kind of operation that occurs, in the order of {@link Subject}. */
    public static List<CheckResult> check(History history) {
        List<CheckResult> results = new ArrayList<>();
        for (Subject subject : Subject.values()) {
            if (history.concerns(subject)) {
                results.add(of(subject).check(history));
            }
        }
        return List.copyOf(results);
    }

    /** The checker for a kind of operation. */
    public static Checker of(Subject subject) {
        return switch (subject) {
            case REGISTER -> new RegisterChecker();
            case COUNTER -> new CounterChecker();
            case SET -> new SetChecker();
            case BATCH -> new BatchChecker();
            case SCAN -> new ScanChecker();
        };
    }

    /** The gravest of the verdicts; UNKNOWN if there is none, because nothing was checked. */
    public static Verdict verdict(List<CheckResult> results) {
        return results.stream().map(CheckResult::verdict).reduce(Verdict::and).orElse(Verdict.UNKNOWN);
    }
}
