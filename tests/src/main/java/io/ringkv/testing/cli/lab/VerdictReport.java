package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.common.error.ExitCode;
import io.ringkv.testing.lab.check.CheckResult;
import io.ringkv.testing.lab.check.Verdict;
import io.ringkv.testing.lab.check.Violation;
import io.ringkv.testing.lab.history.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says what checkers found: for people, for programs, and as an exit code. Threading: stateless. */
final class VerdictReport {
    private static final int SHOWN_OPERATIONS = 20;

    private VerdictReport() {}

    /** 0 ok, 8 violated, 6 unknown. */
    static ExitCode exitCode(Verdict verdict) {
        return switch (verdict) {
            case OK -> ExitCode.OK;
            case VIOLATED -> ExitCode.UNHEALTHY;
            case UNKNOWN -> ExitCode.OUTCOME_UNKNOWN;
        };
    }

    /** One line per checker, then the proof of each violation. */
    static void print(List<CheckResult> results, Console console) {
        for (CheckResult result : results) {
            console.line(String.format(
                    Locale.ROOT,
                    "%-9s %-9s %s",
                    result.subject().text(),
                    colored(result.verdict(), console),
                    result.sentence()));
        }
        for (CheckResult result : results) {
            for (Violation violation : result.violations()) {
                print(violation, console);
            }
        }
    }

    static String colored(Verdict verdict, Console console) {
        return switch (verdict) {
            case OK -> console.green("ok");
            case VIOLATED -> console.red("VIOLATED");
            case UNKNOWN -> console.yellow("unknown");
        };
    }

    private static void print(Violation violation, Console console) {
        console.line("");
        console.line("VIOLATION " + violation.sentence());
        if (!violation.possible().isEmpty()) {
            console.line("  possible then: " + String.join(", ", violation.possible()));
        }
        List<Operation> window = violation.window();
        int skipped = Math.max(0, window.size() - SHOWN_OPERATIONS);
        if (skipped > 0) {
            console.line("  (" + skipped + " more operations before)");
        }
        for (Operation operation : window.subList(skipped, window.size())) {
            console.line(String.format(
                    Locale.ROOT,
                    "  %12.3f to %12.3f ms  %s%s",
                    operation.startNanos() / 1e6,
                    operation.endNanos() / 1e6,
                    operation,
                    operation.equals(violation.culprit()) ? "   <--" : ""));
        }
    }

    /** The same for programs. */
    static List<Object> describe(List<CheckResult> results) {
        List<Object> described = new ArrayList<>();
        for (CheckResult result : results) {
            Map<String, Object> check = new LinkedHashMap<>();
            check.put("subject", result.subject().text());
            check.put("verdict", result.verdict().toString());
            check.put("sentence", result.sentence());
            check.put("operations", result.operations());
            check.put("unknownOutcomes", result.unknown());
            check.put(
                    "violations",
                    result.violations().stream().map(VerdictReport::describe).toList());
            described.add(check);
        }
        return described;
    }

    private static Map<String, Object> describe(Violation violation) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("key", violation.key());
        described.put("sentence", violation.sentence());
        described.put("possible", violation.possible());
        described.put("culprit", violation.culprit().toString());
        described.put(
                "window", violation.window().stream().map(Operation::toString).toList());
        return described;
    }
}
