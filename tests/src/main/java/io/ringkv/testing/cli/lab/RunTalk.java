package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.testing.lab.run.LiveCounts;
import io.ringkv.testing.lab.run.RunFigures;
import io.ringkv.testing.lab.run.RunListener;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.run.RunResult;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells a person what a run does, and what came of it. Used by one thread. */
final class RunTalk implements RunListener {
    private final Console console;

    RunTalk(Console console) {
        this.console = console;
    }

    @Override
    public void say(String text) {
        console.say(text);
    }

    /** Something is done to the cluster. */
    void fault(String what) {
        console.say(console.yellow("        >>> " + what));
    }

    @Override
    public void second(int number, LiveCounts.Second counts) {
        console.say(String.format(
                Locale.ROOT,
                "%5d s %8d ops/s   p99 %8.1f ms   max %8.1f ms   failed %d   unknown %d",
                number,
                counts.operations(),
                counts.p99Millis(),
                counts.maxMillis(),
                counts.failed(),
                counts.unknown()));
    }

    /** Prints the result. */
    void print(RunPlan plan, RunResult result, Path directory) {
        if (console.json()) {
            console.document(ResultDocument.of(plan, result));
            return;
        }
        RunFigures figures = result.figures();
        Map<String, Long> faults = result.faultsByKind();
        line("verdict", VerdictReport.colored(result.verdict(), console));
        line(
                "operations",
                figures.operations() + " in " + plan.time().toSeconds() + " s; "
                        + number(100 * figures.successRate(), 3) + " % succeeded, " + figures.failed() + " failed, "
                        + figures.unknown() + " of unknown outcome");
        if (!faults.isEmpty()) {
            line(
                    "faults",
                    faults.values().stream().mapToLong(Long::longValue).sum() + ": "
                            + faults.entrySet().stream()
                                    .map(fault -> fault.getKey() + " " + fault.getValue())
                                    .collect(Collectors.joining(", ")));
        }
        if (!figures.errors().isEmpty()) {
            line("errors", figures.errors().toString());
        }
        line(
                "throughput",
                Math.round(figures.succeeded()
                                / (double) Math.max(1, plan.time().toSeconds())) + " per second; in the worst second "
                        + figures.lowestSecond());
        line(
                "latency",
                "p50 " + number(figures.percentileMillis(50), 1) + " ms, p99 "
                        + number(figures.percentileMillis(99), 1) + " ms, p99.9 "
                        + number(figures.percentileMillis(99.9), 1) + " ms, max "
                        + number(figures.latency().getMaxValue() / 1e6, 1) + " ms");
        figures.longestGap()
                .ifPresent(gap -> line(
                        "write gap",
                        "at most " + number(gap.getValue().millis(), 0) + " ms without a successful write, on shard "
                                + gap.getKey().value()));
        line(
                "retries",
                result.clientRetries() + " by the clients"
                        + (result.connectionsCut() == 0
                                ? ""
                                : "; the lab cut " + result.connectionsCut() + " connections"));
        if (!result.note().isEmpty()) {
            line("note", result.note());
        }
        line("run", directory.toString());
        console.line("");
        VerdictReport.print(result.checks(), console);
    }

    private void line(String name, String text) {
        console.line(String.format(Locale.ROOT, "%-12s %s", name, text));
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
