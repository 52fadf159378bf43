package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.cli.RingKvTask;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.check.CheckResult;
import io.ringkv.testing.lab.check.Checkers;
import io.ringkv.testing.lab.check.Verdict;
import io.ringkv.testing.lab.file.Dialect;
import io.ringkv.testing.lab.file.HistoryFiles;
import io.ringkv.testing.lab.history.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lab check}. */
@Command(
        name = "check",
        description = {
            "Check a recorded history: JSON lines, or EDN as Jepsen writes it.",
            "Exit code 0: every promise was kept. 8: one was broken; its proof is shown. 6: nobody knows, because the"
                    + " checker gave up or there was nothing to check."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv lab check .ringkv/lab/register-none-1/history.jsonl",
            "  ringkv lab check store/latest/history.edn --workload set -o json"
        })
public final class LabCheckCommand extends RingKvTask {
    @Parameters(paramLabel = "HISTORY", description = "The file.")
    @SuppressWarnings("NullAway.Init") // set by Picocli before run()
    private Path file;

    @Option(
            names = "--workload",
            paramLabel = "W",
            description = "What read and add mean in a file of Jepsen's: ${COMPLETION-CANDIDATES}. Default: register,"
                    + " which the lab's own files always are, whatever was run.")
    private Dialect dialect = Dialect.REGISTER;

    @Override
    protected int run(Console console) throws IOException {
        History history = read();
        List<CheckResult> results = Checkers.check(history);
        Verdict verdict = Checkers.verdict(results);
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("verdict", verdict.toString());
            document.put("operations", history.operations().size());
            document.put("checks", VerdictReport.describe(results));
            console.document(document);
        } else {
            VerdictReport.print(results, console);
            if (results.isEmpty()) {
                console.line("unknown: the history has no operations");
            }
        }
        return VerdictReport.exitCode(verdict).value();
    }

    private History read() throws IOException {
        try {
            return HistoryFiles.read(file, dialect);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new RingKvException(ErrorCode.NOT_FOUND, "There is no file " + file);
        }
    }
}
