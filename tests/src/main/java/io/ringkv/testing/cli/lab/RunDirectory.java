package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.JsonTree;
import io.ringkv.common.BuildVersion;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.file.HistoryFiles;
import io.ringkv.testing.lab.nemesis.Fault;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.run.RunResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directory of one run: everything needed to judge it again, and to run it again. Used by one thread. */
final class RunDirectory {
    private static final Path DEFAULT_ROOT = Path.of(".ringkv", "lab");
    private static final int MOST_RUNS = 10_000;

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /**
     * Makes a new directory.
     *
     * @param wanted where; null: below {@code .ringkv/lab}, with a number if the name is taken
     * @throws RingKvException INVALID_ARGUMENT if the wanted one exists
     */
    static RunDirectory create(@Nullable Path wanted, String name) throws IOException {
        if (wanted != null) {
            try {
                Path parent = wanted.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                return new RunDirectory(Files.createDirectory(wanted));
            } catch (FileAlreadyExistsException e) {
                throw new RingKvException(
                        ErrorCode.INVALID_ARGUMENT, "--out " + wanted + " exists already; a run never overwrites");
            }
        }
        Files.createDirectories(DEFAULT_ROOT);
        for (int number = 1; number < MOST_RUNS; number++) {
            try {
                return new RunDirectory(
                        Files.createDirectory(DEFAULT_ROOT.resolve(number == 1 ? name : name + "." + number)));
            } catch (FileAlreadyExistsException taken) {
                // An earlier run has this name: the next one.
            }
        }
        throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "There are too many runs in " + DEFAULT_ROOT);
    }

    Path path() {
        return path;
    }

    /** Writes what the run is going to do. */
    void writePlan(RunPlan plan, String endpoints, List<Fault> schedule) throws IOException {
        Map<String, @Nullable Object> document = Console.document();
        document.put("workload", plan.workload().toString());
        document.put(
                "nemesis",
                schedule.stream()
                        .map(fault -> fault.kind().toString())
                        .distinct()
                        .sorted()
                        .toList());
        document.put("schedule", schedule.stream().map(RunDirectory::describe).toList());
        document.put("seed", Long.toString(plan.load().seed()));
        document.put("timeMillis", plan.time().toMillis());
        document.put("callers", plan.load().callers());
        document.put("clients", plan.load().clients());
        document.put("ratePerSecond", plan.load().ratePerSecond());
        document.put("timeoutMillis", plan.load().timeout().toMillis());
        document.put("keys", plan.keys());
        document.put("run", plan.name());
        document.put("endpoints", endpoints);
        document.put("version", BuildVersion.current());
        document.put("java", Runtime.version().toString());
        document.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        document.put("processors", Runtime.getRuntime().availableProcessors());
        Files.writeString(path.resolve("run.json"), JsonTree.pretty(document) + "\n");
    }

    private static Map<String, Object> describe(Fault fault) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("kind", fault.kind().toString());
        described.put("target", fault.target().toString());
        described.put("choice", fault.choice());
        described.put("fromMillis", fault.fromMillis());
        described.put("toMillis", fault.toMillis());
        return described;
    }

    /** Writes what came of it. */
    void writeResult(RunPlan plan, RunResult result) throws IOException {
        HistoryFiles.writeJsonLines(result.history(), path.resolve("history.jsonl"));
        HistoryFiles.writeEdn(result.history(), path.resolve("history.edn"));
        Files.writeString(path.resolve("verdict.json"), JsonTree.pretty(ResultDocument.of(plan, result)) + "\n");
        HtmlReport.write(path.resolve("report.html"), plan, result);
    }
}
