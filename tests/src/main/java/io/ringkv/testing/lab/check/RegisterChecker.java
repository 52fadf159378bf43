package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import io.ringkv.testing.lab.history.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Linearizability of registers with read, write, cas, delete and increment, each key for itself: a history is linearizable
 * if and only if it is so for every key (M. Herlihy and J. Wing, 1990). Refused conditions count as reads.
 */
public final class RegisterChecker implements Checker {
    private final RegisterSearch.Limits limits;

    /** A checker with the usual limits of memory and work. */
    public RegisterChecker() {
        this(RegisterSearch.Limits.DEFAULT);
    }

    RegisterChecker(RegisterSearch.Limits limits) {
        this.limits = limits;
    }

    @Override
    public CheckResult check(History history) {
        return new Tally(Subject.REGISTER, limits).check(history.byKey(Subject.REGISTER));
    }

    /** Checks keys one by one and counts. */
    static final class Tally {
        private final Subject subject;
        private final RegisterSearch.Limits limits;
        private final List<Violation> violations = new ArrayList<>();
        private final List<String> gaveUp = new ArrayList<>();
        private long operations;
        private long unknown;

        Tally(Subject subject, RegisterSearch.Limits limits) {
            this.subject = subject;
            this.limits = limits;
        }

        /** Counts a violation that was found in another way. */
        void add(Violation violation) {
            violations.add(violation);
        }

        CheckResult check(Map<String, List<Operation>> byKey) {
            byKey.forEach(this::checkKey);
            return result(byKey.size());
        }

        private void checkKey(String key, List<Operation> all) {
            operations += all.size();
            unknown += all.stream()
                    .filter(operation -> operation.outcome() == Outcome.INFO)
                    .count();
            ValueTable values = new ValueTable();
            List<RegisterStep> steps = new RegisterSteps(values).of(all);
            RegisterSearch.Finding finding = RegisterSearch.decide(steps, List.of(RegisterStep.ABSENT), limits);
            if (finding.gaveUp() != null) {
                gaveUp.add(key + ": " + finding.gaveUp());
            } else if (finding.culprit() != null) {
                violations.add(new FailingWindow(key, steps, values, limits).explain(finding.culprit(), finding));
            }
        }

        private CheckResult result(int keys) {
            String counts = operations + " operations on " + keys + (keys == 1 ? " key" : " keys") + ", " + unknown
                    + " of unknown outcome";
            if (!violations.isEmpty()) {
                return new CheckResult(
                        subject,
                        Verdict.VIOLATED,
                        "not linearizable: " + violations.get(0).sentence() + "; " + counts,
                        operations,
                        unknown,
                        violations);
            }
            if (!gaveUp.isEmpty()) {
                return new CheckResult(
                        subject,
                        Verdict.UNKNOWN,
                        "gave up on " + gaveUp.size() + " keys, first " + gaveUp.get(0) + "; " + counts,
                        operations,
                        unknown,
                        List.of());
            }
            return new CheckResult(subject, Verdict.OK, "linearizable: " + counts, operations, unknown, List.of());
        }
    }
}
