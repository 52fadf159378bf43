package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.cli.RingKvTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lab report}. */
@Command(
        name = "report",
        description = "Write report.html of a run again, as this version draws it.",
        footer = {"", "Examples:", "  ringkv lab report .ringkv/lab/register-kill-7"})
public final class LabReportCommand extends RingKvTask {
    @Parameters(paramLabel = "RUN", description = "Directory of the run.")
    @SuppressWarnings("NullAway.Init") // set by Picocli before run()
    private Path run;

    @Override
    protected int run(Console console) throws IOException {
        Path report = RunDirectory.writeReport(run);
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("report", report.toString());
            console.document(document);
        } else {
            console.line(report.toString());
        }
        return 0;
    }
}
