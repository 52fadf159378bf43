package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.testing.lab.run.RunFigures;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.run.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of a run for programs. Threading: stateless. */
final class ResultDocument {
    private ResultDocument() {}

    static Map<String, @Nullable Object> of(RunPlan plan, RunResult result) {
        RunFigures figures = result.figures();
        Map<String, @Nullable Object> document = Console.document();
        document.put("verdict", result.verdict().toString());
        document.put("workload", plan.workload().toString());
        document.put("seed", Long.toString(plan.load().seed()));
        document.put("operations", figures.operations());
        document.put("succeeded", figures.succeeded());
        document.put("failed", figures.failed());
        document.put("unknownOutcomes", figures.unknown());
        document.put("successRate", figures.successRate());
        document.put("errors", new LinkedHashMap<String, Object>(figures.errors()));
        document.put("faultsByKind", new LinkedHashMap<String, Object>(result.faultsByKind()));
        document.put("lowestSecond", figures.lowestSecond());
        Map<String, Object> latency = new LinkedHashMap<>();
        latency.put("p50Millis", figures.percentileMillis(50));
        latency.put("p99Millis", figures.percentileMillis(99));
        latency.put("p999Millis", figures.percentileMillis(99.9));
        latency.put("maxMillis", figures.latency().getMaxValue() / 1e6);
        document.put("latency", latency);
        List<Object> gaps = new ArrayList<>();
        figures.gaps().forEach((shard, gap) -> {
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("shard", shard.value());
            described.put("millis", gap.millis());
            described.put("fromMillis", (gap.fromNanos() - result.fromNanos()) / 1e6);
            gaps.add(described);
        });
        document.put("longestWriteGaps", gaps);
        List<Object> seconds = new ArrayList<>();
        for (RunFigures.Second second : figures.seconds()) {
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("succeeded", second.succeeded());
            described.put("errors", second.errors());
            described.put("p50Millis", second.p50Millis());
            described.put("p99Millis", second.p99Millis());
            described.put("maxMillis", second.maxMillis());
            seconds.add(described);
        }
        document.put("seconds", seconds);
        document.put("clientRetries", result.clientRetries());
        document.put("connectionsCut", result.connectionsCut());
        document.put("checkMillis", result.checkMillis());
        document.put("note", result.note());
        document.put("checks", VerdictReport.describe(result.checks()));
        return document;
    }
}
