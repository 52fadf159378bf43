package io.ringkv.testing.cli;

import io.ringkv.cli.CommandGroup;
import io.ringkv.cli.CommandProvider;
import io.ringkv.cli.ProcessCommand;
import io.ringkv.testing.cli.bench.BenchCommand;
import io.ringkv.testing.cli.lab.LabCheckCommand;
import io.ringkv.testing.cli.lab.LabListCommand;
import io.ringkv.testing.cli.lab.LabReplayCommand;
import io.ringkv.testing.cli.lab.LabReportCommand;
import io.ringkv.testing.cli.lab.LabRunCommand;
import java.util.List;

/** Adds the commands of the test kit to the command line. */
public final class TestKitCommands implements CommandProvider {
    @Override
    public List<Object> commands() {
        return List.of(
                new DevCommand(),
                new BenchCommand(),
                ProcessCommand.withSettingFlags(new ServersCommand()),
                CommandGroup.of(
                        "lab",
                        "Prove that the store keeps its promises.",
                        new LabRunCommand(),
                        new LabReplayCommand(),
                        new LabReportCommand(),
                        new LabListCommand(),
                        new LabCheckCommand()));
    }
}
