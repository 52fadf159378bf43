package io.ringkv.testing.cli.lab;

import io.ringkv.cli.output.JsonTree;
import io.ringkv.testing.lab.check.CheckResult;
import io.ringkv.testing.lab.check.Violation;
import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import io.ringkv.testing.lab.run.Leadership;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.run.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the report of a run: one page that needs nothing else. Threading: stateless. */
final class HtmlReport {
    private static final String TEMPLATE = "report.html";
    private static final String PLACE = "\"RUN\"";
    private static final int MOST_POINTS = 6_000;

    private HtmlReport() {}

    /**
     * Writes the page.
     *
     * @param data what {@link #data} has returned
     */
    static void write(Path file, String data) throws IOException {
        String template;
        try (InputStream in = HtmlReport.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + TEMPLATE + " is missing: the build is incomplete");
            }
            template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.writeString(file, template.replace(PLACE, data));
    }

    /** All that the page shows, as one JSON object. */
    static String data(RunPlan plan, RunResult result) {
        // A text in the data must not end the script that holds it.
        return JsonTree.compact(document(plan, result)).replace("<", "\\u003c");
    }

    private static Map<String, @Nullable Object> document(RunPlan plan, RunResult result) {
        Map<String, @Nullable Object> document = ResultDocument.of(plan, result);
        document.put("timeMillis", plan.time().toMillis());
        document.put("loadMillis", (result.toNanos() - result.fromNanos()) / 1e6);
        document.put("callers", plan.load().callers());
        document.put("ratePerSecond", plan.load().ratePerSecond());
        document.put("faults", faults(result));
        document.put("points", points(result));
        document.put("leaders", leaders(result));
        document.put("windows", windows(result));
        return document;
    }

    /** Each fault with the event that undid it. */
    private static List<Object> faults(RunResult result) {
        List<Object> bands = new ArrayList<>();
        List<FaultEvent> events = result.history().faults();
        for (int i = 0; i < events.size(); i++) {
            FaultEvent begin = events.get(i);
            if (begin.isUndoing()) {
                continue;
            }
            long end = result.toNanos();
            for (int j = i + 1; j < events.size(); j++) {
                FaultEvent undone = events.get(j);
                if (undone.isUndoing() && undone.value().equals(begin.value())) {
                    end = undone.timeNanos();
                    break;
                }
            }
            Map<String, Object> band = new LinkedHashMap<>();
            band.put("kind", begin.function());
            band.put(
                    "whom", begin.value().items().stream().map(Object::toString).toList());
            band.put("from", millis(result, begin.timeNanos()));
            band.put("to", millis(result, end));
            bands.add(band);
        }
        return bands;
    }

    /** A sample of the operations that succeeded, those that took long, and all that did not: time, latency, function, outcome. */
    private static List<Object> points(RunResult result) {
        List<Operation> operations = result.history().operations();
        int every = Math.max(1, operations.size() / MOST_POINTS);
        double slowNanos = result.figures().percentileMillis(99) * 1e6;
        List<Object> points = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            boolean wrong = !operation.succeeded();
            boolean slow = operation.endNanos() - operation.startNanos() >= slowNanos;
            if ((i % every == 0 || wrong || slow) && points.size() < 3 * MOST_POINTS) {
                List<Object> point = new ArrayList<>();
                point.add(millis(result, operation.startNanos()));
                point.add(Math.round((operation.endNanos() - operation.startNanos()) / 1e4) / 1e2);
                point.add(operation.function().isRead() ? 0 : 1);
                point.add(wrong ? operation.outcome() == Outcome.INFO ? 2 : 1 : 0);
                points.add(point);
            }
        }
        return points;
    }

    private static List<Object> leaders(RunResult result) {
        List<Object> leaders = new ArrayList<>();
        for (Leadership leadership : result.leaders()) {
            leaders.add(List.of(
                    leadership.shard(),
                    leadership.server(),
                    millis(result, leadership.fromNanos()),
                    millis(result, leadership.toNanos())));
        }
        return leaders;
    }

    private static List<Object> windows(RunResult result) {
        List<Object> windows = new ArrayList<>();
        for (CheckResult check : result.checks()) {
            for (Violation violation : check.violations()) {
                Map<String, Object> window = new LinkedHashMap<>();
                window.put("sentence", violation.sentence());
                window.put("possible", violation.possible());
                List<Object> operations = new ArrayList<>();
                for (Operation operation : violation.window()) {
                    Map<String, Object> described = new LinkedHashMap<>();
                    described.put("text", operation.toString());
                    described.put("process", operation.process());
                    described.put("from", (operation.startNanos() - result.fromNanos()) / 1e6);
                    described.put("to", (operation.endNanos() - result.fromNanos()) / 1e6);
                    described.put("unknown", operation.outcome() == Outcome.INFO);
                    described.put("culprit", operation.equals(violation.culprit()));
                    operations.add(described);
                }
                window.put("operations", operations);
                windows.add(window);
            }
        }
        return windows;
    }

    /** After the begin of the load, in tenths. */
    private static double millis(RunResult result, long nanos) {
        return Math.round((nanos - result.fromNanos()) / 1e5) / 10.0;
    }
}
