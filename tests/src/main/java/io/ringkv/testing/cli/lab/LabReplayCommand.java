package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.cli.RingKvTask;
import io.ringkv.testing.lab.run.RunResult;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lab replay}. */
@Command(
        name = "replay",
        description = {
            "Do a run again: the same workload, settings, seed and schedule of faults, on a new cluster if the first run"
                    + " had one of its own. Which operations fall together is up to the machine: a rare failure may"
                    + " take several replays.",
            "Exit codes as of ringkv lab run."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv lab replay .ringkv/lab/register-kill-7",
            "  ringkv lab replay RUN --out again"
        })
public final class LabReplayCommand extends RingKvTask {
    @Parameters(paramLabel = "RUN", description = "Directory of the run.")
    @SuppressWarnings("NullAway.Init") // set by Picocli before run()
    private Path run;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where history, verdict and report go; must not exist. Default: .ringkv/lab/ and a name made of"
                            + " that of the run.")
    private @Nullable Path out;

    @Override
    protected int run(Console console) throws Exception {
        PlanDocument read = PlanDocument.read(run, "");
        String name =
                PlannedRun.newName(read.plan().workload(), read.plan().load().seed());
        PlanDocument again = PlanDocument.read(run, name);
        RunDirectory directory =
                RunDirectory.create(out, run.toAbsolutePath().normalize().getFileName() + "-again");
        RunTalk talk = new RunTalk(console);
        RunResult result = new PlannedRun(again, context().environment(), talk).run(directory);
        talk.print(again.plan(), result, directory.path());
        return VerdictReport.exitCode(result.verdict()).value();
    }
}
