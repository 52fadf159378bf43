package io.ringkv.testing.cli.lab;

import io.ringkv.cli.output.JsonTree;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.file.HistoryFiles;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.run.RunResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The directory of one run: everything needed to judge it again, and to run it again. Used by one thread. */
final class RunDirectory {
    private static final Path DEFAULT_ROOT = Path.of(".ringkv", "lab");
    private static final String REPORT_DATA = "report.json";
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

    /** Writes what came of it. */
    void writeResult(RunPlan plan, RunResult result) throws IOException {
        HistoryFiles.writeJsonLines(result.history(), path.resolve("history.jsonl"));
        HistoryFiles.writeEdn(result.history(), path.resolve("history.edn"));
        Files.writeString(path.resolve("verdict.json"), JsonTree.pretty(ResultDocument.of(plan, result)) + "\n");
        Files.writeString(path.resolve(REPORT_DATA), HtmlReport.data(plan, result));
        writeReport(path);
    }

    /**
     * Writes the report of a run that was made.
     *
     * @return the file
     * @throws RingKvException NOT_FOUND if the directory holds no finished run
     */
    static Path writeReport(Path run) throws IOException {
        Path data = run.resolve(REPORT_DATA);
        if (!Files.exists(data)) {
            throw new RingKvException(
                    ErrorCode.NOT_FOUND, "There is no finished run in " + run + ": it has no " + REPORT_DATA);
        }
        Path report = run.resolve("report.html");
        HtmlReport.write(report, Files.readString(data));
        return report;
    }
}
