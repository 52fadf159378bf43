package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import io.ringkv.testing.lab.history.Subject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Scans while entries come and go. A scan returns every entry that was there from before its beginning until after its
 * end; none that was certainly not there at any moment of it; none twice; and all in the order of their bytes.
 */
public final class ScanChecker implements Checker {
    private final List<Violation> violations = new ArrayList<>();

    @Override
    public CheckResult check(History history) {
        Map<String, List<Operation>> byKey = history.byKey(Subject.SCAN);
        long operations = byKey.values().stream().mapToLong(List::size).sum();
        long unknown = byKey.values().stream()
                .flatMap(List::stream)
                .filter(operation -> operation.outcome() == Outcome.INFO)
                .count();
        long scans = 0;
        for (Map.Entry<String, List<Operation>> scanned : byKey.entrySet()) {
            scans += checkScans(scanned.getKey(), scanned.getValue());
        }
        String counts = scans + " scans among " + operations + " operations, " + unknown + " of unknown outcome";
        if (!violations.isEmpty()) {
            return new CheckResult(
                    Subject.SCAN,
                    Verdict.VIOLATED,
                    violations.get(0).sentence() + "; " + counts,
                    operations,
                    unknown,
                    violations);
        }
        return scans > 0
                ? new CheckResult(
                        Subject.SCAN,
                        Verdict.OK,
                        "nothing missed, nothing invented: " + counts,
                        operations,
                        unknown,
                        List.of())
                : new CheckResult(
                        Subject.SCAN, Verdict.UNKNOWN, "no scan succeeded; " + counts, operations, unknown, List.of());
    }

    private long checkScans(String key, List<Operation> operations) {
        Map<String, List<Operation>> changes = new LinkedHashMap<>();
        List<Operation> scans = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.function() == Function.SCAN) {
                if (operation.isOk()) {
                    scans.add(operation);
                }
            } else if (operation.mayHaveHappened()) {
                changes.computeIfAbsent(operation.input().toString(), entry -> new ArrayList<>())
                        .add(operation);
            }
        }
        Map<String, EntryLife> lives = new LinkedHashMap<>();
        changes.forEach((entry, all) -> lives.put(entry, new EntryLife(all)));
        for (Operation scan : scans) {
            checkOrder(key, scan);
            checkEntries(key, scan, lives);
        }
        return scans.size();
    }

    private void checkOrder(String key, Operation scan) {
        List<Datum> entries = scan.output().items();
        for (int i = 1; i < entries.size(); i++) {
            String before = entries.get(i - 1).toString();
            String after = entries.get(i).toString();
            if (compare(before, after) >= 0) {
                report(key, after + " was returned after " + before, List.of(), scan);
                return;
            }
        }
    }

    private static int compare(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private void checkEntries(String key, Operation scan, Map<String, EntryLife> lives) {
        Set<String> found = new HashSet<>();
        for (Datum entry : scan.output().items()) {
            found.add(entry.toString());
            if (!lives.containsKey(entry.toString())) {
                report(key, entry + " was returned but never inserted", List.of(), scan);
            }
        }
        lives.forEach((entry, life) -> {
            if (found.contains(entry)) {
                if (life.isAbsentThroughout(scan)) {
                    report(key, entry + " was returned though it was not there", life.nearby(scan), scan);
                }
            } else if (life.isThereThroughout(scan)) {
                report(key, entry + " was there throughout, and missed", life.nearby(scan), scan);
            }
        });
    }

    private void report(String key, String sentence, List<Operation> others, Operation scan) {
        if (violations.size() < CheckResult.MAX_VIOLATIONS) {
            List<Operation> window = new ArrayList<>(others);
            window.add(scan);
            violations.add(new Violation(key, sentence, window, scan, List.of()));
        }
    }
}
